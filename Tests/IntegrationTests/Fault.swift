import Testing

/// A misbehaviour of the collector, and what is known about items that meet it.
struct Fault: Sendable, CustomTestStringConvertible {
    let name: String
    /// In the collector's own JSON.
    let order: String
    /// Whether the collector stores an item if and only if the SDK may count it as exported.
    var isExact = true

    var testDescription: String { self.name }

    private init(_ kind: String, _ options: String = "", name: String? = nil, isExact: Bool = true) {
        self.name = name ?? kind
        self.order = "{\"kind\":\"\(kind)\"\(options.isEmpty ? "" : ",")\(options)}"
        self.isExact = isExact
    }

    static let all: [Fault] = [
        Fault("refuse"),
        Fault("stall"),
        Fault("stall_body"),
        Fault("slow", "\"delay_ms\":20000"),
        Fault("slow", "\"delay_ms\":100", name: "slow, but in time"),
        Fault("reset"),
        Fault("reset_early"),
        Fault("status", "\"code\":503,\"headers\":{\"Retry-After\":\"3600\"}", name: "503, Retry-After 3600"),
        Fault("status", "\"code\":502", name: "502"),
        Fault("status", "\"code\":429", name: "429"),
        Fault("status", "\"code\":400", name: "400"),
        Fault("status", "\"code\":401", name: "401"),
        Fault("status", "\"code\":404", name: "404"),
        Fault("status", "\"code\":500", name: "500"),
        // The server took the items; what a client may believe of such answers is another matter.
        Fault("garbage", isExact: false),
        Fault("huge", "\"bytes\":67108864", isExact: false),
        Fault("huge", "\"bytes\":268435456,\"gzip\":true", name: "gzip bomb", isExact: false),
        Fault("partial", "\"rejected\":2,\"message\":\"two too many\""),
        // Somewhere that would answer: a client that follows gets there.
        Fault("redirect", "\"location\":\"/v1/traces\",\"code\":307", name: "redirect"),
    ]

    static let stall = Fault("stall")
    static let refuse = Fault("refuse")
}
