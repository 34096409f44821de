/// Headers in a dictionary, where names that differ in case alone are one header with several values.
struct DictionaryGetter: OTelTextMapGetter {
    private let headers: [String: String]
    private let known: KnownHeaders

    init(_ headers: [String: String]) {
        var known = KnownHeaders()
        for index in headers.indices where KnownHeaders.mayHold(headers.keys[index]) {
            known.add(headers.keys[index], headers.values[index])
        }
        self.headers = headers
        self.known = known
    }

    var keys: [String] { Array(self.headers.keys) }

    func forEachValue(of name: String, _ body: (String) -> Void) {
        if self.known.forEachValue(of: name, body) { return }
        for (key, value) in self.headers where HeaderName.areSame(key, name) { body(value) }
    }
}

/// Headers in the order in which they came.
@usableFromInline struct PairsGetter: OTelTextMapGetter {
    private let headers: [(String, String)]
    private let known: KnownHeaders

    @usableFromInline init(_ headers: [(String, String)]) {
        var known = KnownHeaders()
        for (name, value) in headers where KnownHeaders.mayHold(name) { known.add(name, value) }
        self.headers = headers
        self.known = known
    }

    @usableFromInline var keys: [String] { self.headers.map(\.0) }

    @usableFromInline func forEachValue(of name: String, _ body: (String) -> Void) {
        if self.known.forEachValue(of: name, body) { return }
        for (key, value) in self.headers where HeaderName.areSame(key, name) { body(value) }
    }
}

/// Headers that only a closure knows how to find: their names can't be listed.
struct ClosureGetter: OTelTextMapGetter {
    let values: (String) -> [String]

    var keys: [String] { [] }

    func forEachValue(of name: String, _ body: (String) -> Void) {
        for value in self.values(name) { body(value) }
    }
}
