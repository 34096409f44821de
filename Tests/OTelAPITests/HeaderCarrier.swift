import OTelAPI

/// Headers of a request as a library of the user's own would hold them.
struct HeaderCarrier: OTelTextMapGetter, OTelTextMapSetter {
    var headers: [(name: String, value: String)]

    init(_ headers: [(String, String)]) {
        self.headers = headers.map { (name: $0, value: $1) }
    }

    var keys: [String] { self.headers.map(\.name) }

    func forEachValue(of name: String, _ body: (String) -> Void) {
        for header in self.headers where header.name.lowercased() == name.lowercased() { body(header.value) }
    }

    mutating func set(_ name: String, _ value: String) {
        self.headers.removeAll { $0.name.lowercased() == name.lowercased() }
        self.headers.append((name: name, value: value))
    }
}

extension OTelTextMapPropagator {
    /// What is left of the root context once these headers were extracted into it.
    func extracted(_ headers: [(String, String)], in context: OTelContext = .root) -> OTelContext {
        self.extract(from: HeaderCarrier(headers), in: context)
    }

    /// What `inject` sets, in order.
    func injected(_ context: OTelContext) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        self.inject(context) { headers.append((name: $0, value: $1)) }
        return headers
    }
}
