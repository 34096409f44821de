import OTelAPI

/// Headers as a library of the user's own would hold them; finding one allocates nothing.
struct Carrier: OTelTextMapGetter {
    let headers: Headers

    var keys: [String] { self.headers.list.map(\.name) }

    func forEachValue(of name: String, _ body: (String) -> Void) {
        for header in self.headers.list where Self.areSame(header.name, name) { body(header.value) }
    }

    static func areSame(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count
            && zip(left.utf8, right.utf8).allSatisfy { self.lowerCased($0) == self.lowerCased($1) }
    }

    private static func lowerCased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}

extension OTelTextMapPropagator {
    /// What this propagator reads, within bounds of memory.
    func read(_ headers: Headers) throws(Broken) -> OTelContext {
        try Broken.ifItAllocates(headers.size) { self.extract(from: Carrier(headers: headers), in: .root) }
    }

    /// What this propagator sends.
    func sent(_ context: OTelContext) -> Headers {
        var sent = Headers()
        self.inject(context) { name, value in
            sent.list.removeAll { Carrier.areSame($0.name, name) }
            sent.list.append((name: name, value: value))
        }
        return sent
    }
}
