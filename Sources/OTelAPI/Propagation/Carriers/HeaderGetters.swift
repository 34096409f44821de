/// Headers in a dictionary, where names that differ in case alone are one header with several values.
struct DictionaryGetter: OTelTextMapGetter {
    let headers: [String: String]

    var keys: [String] { Array(self.headers.keys) }

    func forEachValue(of name: String, _ body: (String) -> Void) {
        for (key, value) in self.headers where HeaderName.areSame(key, name) { body(value) }
    }
}

/// Headers in the order in which they came.
@usableFromInline struct PairsGetter: OTelTextMapGetter {
    private let headers: [(String, String)]

    @usableFromInline init(_ headers: [(String, String)]) {
        self.headers = headers
    }

    @usableFromInline var keys: [String] { self.headers.map(\.0) }

    @usableFromInline func forEachValue(of name: String, _ body: (String) -> Void) {
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
