extension W3CValues {
    /// Replaces what `headers` tell about another context.
    func store(in headers: inout [String: String]) {
        if self.isEmpty { return }
        if headers.isEmpty, self.traceParent != nil, self.baggage == nil {
            return self.storeTrace(in: &headers)
        }
        self.removeReplaced(from: &headers)
        self.forEach { headers[$0] = $1 }
    }

    /// Into an empty dictionary: as a copy of one that has the keys already, which then need not be hashed.
    private func storeTrace(in headers: inout [String: String]) {
        let template = self.traceState == nil ? DictionaryTemplate.parent : DictionaryTemplate.parentAndState
        headers = template.headers
        if let value = self.traceParent { headers.values[template.parent] = value }
        if let value = self.traceState { headers.values[template.state] = value }
    }

    private func removeReplaced(from headers: inout [String: String]) {
        guard headers.keys.contains(where: self.replace) else { return }
        for key in headers.keys.filter(self.replace) { headers[key] = nil }
    }
}

/// A dictionary with the keys that a request gets, and where they stand in it.
///
/// Places in a dictionary are valid in a copy of it as well.
private struct DictionaryTemplate {
    let headers: [String: String]
    let parent: Dictionary<String, String>.Index
    let state: Dictionary<String, String>.Index

    static let parent = DictionaryTemplate([W3CValues.traceParentName])
    static let parentAndState = DictionaryTemplate([W3CValues.traceParentName, W3CValues.traceStateName])

    private init(_ names: [String]) {
        var headers: [String: String] = [:]
        headers.reserveCapacity(3)
        for name in names { headers[name] = "" }
        self.headers = headers
        self.parent = headers.index(forKey: W3CValues.traceParentName) ?? headers.startIndex
        self.state = headers.index(forKey: W3CValues.traceStateName) ?? headers.startIndex
    }
}
