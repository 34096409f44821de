import OTelAPI
import TestSupport
import Testing

@Suite("Jaeger propagator")
struct JaegerPropagatorTests {
    typealias Headers = [(String, String)]

    static let traceID = "0af7651916cd43dd8448eb211c80319c"
    static let spanID = "b7ad6b7169203331"

    let propagator = OTelJaegerPropagator()

    /// The span that the header tells about, as this propagator sends it on.
    func read(_ header: String) -> String? {
        let context = self.propagator.extracted([("Uber-Trace-Id", header)])
        #expect(!context.span.isValid || context.span.context.isRemote)
        return self.propagator.injected(context).first?.value
    }

    static let readable: [(header: String, sent: String)] = [
        (header: "\(traceID):\(spanID):0:1", sent: "\(traceID):\(spanID):0:1"),
        (header: " \t\(traceID):\(spanID):0:0 ", sent: "\(traceID):\(spanID):0:0"),
        (header: "\(traceID):\(spanID):\(spanID):01", sent: "\(traceID):\(spanID):0:1"),
        (header: "\(traceID):\(spanID)::1", sent: "\(traceID):\(spanID):0:1"),
        (header: "\(traceID):\(spanID):0:3", sent: "\(traceID):\(spanID):0:3"),
        (header: "\(traceID):\(spanID):0:2", sent: "\(traceID):\(spanID):0:3"),
        (header: "\(traceID):\(spanID):0:4", sent: "\(traceID):\(spanID):0:0"),
        (header: "\(traceID):\(spanID):0:fd", sent: "\(traceID):\(spanID):0:1"),
        (header: "1:2:0:1", sent: "00000000000000000000000000000001:0000000000000002:0:1"),
        (header: "8448eb211c80319c:7ad:0:1", sent: "00000000000000008448eb211c80319c:00000000000007ad:0:1"),
        (header: "f8448eb211c80319c:7ad:0:1", sent: "000000000000000f8448eb211c80319c:00000000000007ad:0:1"),
        (header: "\(traceID)%3A\(spanID)%3a0%3A1", sent: "\(traceID):\(spanID):0:1"),
    ]

    @Test("reads ids of any length, the flags, and a header that is encoded", .matrix(190), arguments: readable)
    func reads(header: String, sent: String) {
        #expect(self.read(header) == sent)
    }

    static let unreadable: [String] = [
        "", ":", ":::", "0:1:0:1", "1:0:0:1", ":1:0:1", "1::0:1", "1:1:0:", "1:1:0", "1:1:0:1:", "1:1:0:1:1",
        "1:1:0:x", "1:1:0:001", "1:1:0:-1", "g:1:0:1", "1:g:0:1", "A:1:0:1", "1:A:0:1", "1 :1:0:1", "0\(traceID):1:0:1",
        "1:0\(spanID):0:1", "1%3A1%3A0", "1%3A1:0:1", "ä:1:0:1", "1-1-0-1",
    ]

    @Test("leaves the context as it is when there is no span in the header", .matrix(190), arguments: unreadable)
    func leaves(header: String) {
        #expect(self.read(header) == nil)
        let base = self.propagator.extracted([("uber-trace-id", "1:2:0:3")]).with(Tenant.self, 7)
        let context = self.propagator.extracted([("uber-trace-id", header)], in: base)
        #expect(
            self.propagator.injected(context).map(\.value) == ["00000000000000000000000000000001:0000000000000002:0:3"]
        )
        #expect(context[Tenant.self] == 7)
    }

    @Test("samples what a caller debugs")
    func debug() {
        #expect(self.propagator.extracted([("uber-trace-id", "1:2:0:2")]).span.context.isSampled)
        #expect(!self.propagator.extracted([("uber-trace-id", "1:2:0:4")]).span.context.isSampled)
    }

    static let entries: [(headers: Headers, baggage: OTelBaggage)] = [
        (
            headers: [("uberctx-user", "alice"), ("UberCtx-plan", "a%20b%2C")],
            baggage: ["user": "alice", "plan": "a b,"]
        ),
        (headers: [("uberctx-", "x"), ("uberctx", "y"), ("auberctx-a", "z"), ("uberctx-a", "")], baggage: ["a": ""]),
        (headers: [("uberctx-a", "1"), ("UberCtx-A", "2"), ("uberctx-a", "3")], baggage: ["a": "1"]),
        (headers: [("uberctx-a", "100%"), ("uberctx-b", "%zz")], baggage: ["a": "100%", "b": "%zz"]),
        (
            headers: [("Jaeger-Baggage", "a=1, b = 2 ,c,=3,d=%3D=,,e=")],
            baggage: ["a": "1", "b": "2", "d": "==", "e": ""]
        ),
        (
            headers: [("jaeger-baggage", "a=1"), ("uberctx-b", "2"), ("jaeger-baggage", "c=3")],
            baggage: ["a": "1", "b": "2", "c": "3"]
        ),
    ]

    @Test(
        "reads baggage from headers of its own and from a list, with or without a span",
        .matrix(190),
        arguments: entries
    )
    func readsBaggage(headers: Headers, baggage: OTelBaggage) {
        let context = self.propagator.extracted(headers, in: OTelContext.root.with(["old": "1"]))
        #expect(context.baggage == baggage)
        #expect(!context.span.isValid)
        let traced = self.propagator.extracted(headers + [("uber-trace-id", "1:2:0:1")])
        #expect(traced.baggage == baggage)
        #expect(traced.span.isValid)
    }

    @Test("writes baggage that any reader of URLs understands, without metadata", .matrix(190))
    func writesBaggage() {
        let baggage = OTelBaggage()
            .setting("user", "alice", metadata: "m")
            .setting("plan", "50% off, today; ä/ü+1")
            .setting("not a token", "1")
            .setting("empty", "")
        let sent = self.propagator.injected(OTelContext.root.with(baggage))
        #expect(sent.map(\.name) == ["uberctx-user", "uberctx-plan", "uberctx-empty"])
        #expect(sent.map(\.value) == ["alice", "50%25%20off%2C%20today%3B%20%C3%A4%2F%C3%BC%2B1", ""])
        let received = self.propagator.extracted(sent.map { ($0.name, $0.value) }).baggage
        #expect(received == ["user": "alice", "plan": "50% off, today; ä/ü+1", "empty": ""])
        #expect(self.propagator.injected(.root).isEmpty)
        #expect(self.propagator.fields == ["uber-trace-id"])
    }

    @Test("reads and writes 64 entries and 8192 bytes of baggage, the rest is left out")
    func limits() {
        let many = (0..<100).map { ("uberctx-k\($0)", "\($0)") }
        #expect(self.propagator.extracted(many).baggage.map(\.name) == (0..<64).map { "k\($0)" })
        let list = (0..<100).map { "k\($0)=\($0)" }.joined(separator: ",")
        #expect(self.propagator.extracted([("jaeger-baggage", list)]).baggage.count == 64)
        #expect(self.propagator.extracted(many + [("jaeger-baggage", "x=1")]).baggage["x"] == nil)
        let entries = (0..<100).reduce(OTelBaggage()) { $0.setting("k\($1)", "\($1)") }
        #expect(self.propagator.injected(OTelContext.root.with(entries)).map(\.name) == many.prefix(64).map(\.0))

        let half = String(repeating: "v", count: 4095)
        let full: Headers = [("uberctx-a", half), ("uberctx-b", half), ("uberctx-c", ""), ("uberctx-d", half)]
        #expect(self.propagator.extracted(full).baggage.map(\.name) == ["a", "b"])
        let baggage: OTelBaggage = ["a": half, "b": half, "c": "", "d": half]
        #expect(self.propagator.injected(OTelContext.root.with(baggage)).map(\.name) == ["uberctx-a", "uberctx-b"])
        let encoded: OTelBaggage = ["a": String(repeating: "ä", count: 2000), "b": "1"]
        #expect(self.propagator.injected(OTelContext.root.with(encoded)).map(\.name) == ["uberctx-b"])
        let huge: Headers = [("uberctx-a", String(repeating: "v", count: 1 << 20)), ("uberctx-b", "1")]
        #expect(self.propagator.extracted(huge).baggage == ["b": "1"])
        let tooLarge = (0..<64).map { ("uberctx-k\($0)", String(repeating: "v", count: 9000)) }
        #expect(self.propagator.extracted(tooLarge + [("uberctx-b", "1")]).baggage.isEmpty)
    }

    // What opentelemetry-propagator-jaeger 1.45.1 (Python) sends: it sets the debug flag of all that is sampled.
    @Test(
        "reads what opentelemetry-python sends",
        .matrix(190),
        arguments: [
            (
                header: "0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0000000000000000:03",
                sent: "0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:3"
            ),
            (
                header: "00000000000000008448eb211c80319c:0000000000003331:0000000000000000:00",
                sent: "00000000000000008448eb211c80319c:0000000000003331:0:0"
            ),
            (
                header: "00000000000000ff0000000000000001:0700000000000000:0000000000000000:03",
                sent: "00000000000000ff0000000000000001:0700000000000000:0:3"
            ),
        ]
    )
    func interoperates(header: String, sent: String) {
        let baggage = [("uberctx-user", "alice"), ("uberctx-plan", "50%25%20off%2C%20today%3B%20%C3%A4/%C3%BC%2B1")]
        let context = self.propagator.extracted([("uber-trace-id", header)] + baggage)
        #expect(context.baggage == ["user": "alice", "plan": "50% off, today; ä/ü+1"])
        #expect(self.propagator.injected(context).first?.value == sent)
    }
}
