import OTelAPI

extension SpanPredicate {
    func matches(_ request: SamplingIntent.Request) -> Bool {
        switch self.kind {
        case .always: true
        case .attributeValues(let key, let values):
            request.attributes[key].map { Self.anyText(of: $0, values.contains) } ?? false
        case .attributePatterns(let key, let included, let excluded):
            request.attributes[key].map { value in
                Self.anyText(of: value) { text in
                    (included.isEmpty || included.contains { $0.matches(text) })
                        && !excluded.contains { $0.matches(text) }
                }
            } ?? false
        case .spanKinds(let kinds): kinds.contains(request.kind)
        case .parents(let locations): locations.contains(request.parentLocation)
        case .all(let predicates): predicates.allSatisfy { $0.matches(request) }
        case .any(let predicates): predicates.contains { $0.matches(request) }
        case .not(let predicate): !predicate.matches(request)
        case .custom(_, let matches): matches(request)
        }
    }

    /// Whether the text of a value, or of any element of an array, satisfies `condition`.
    private static func anyText(of value: OTelValue, _ condition: (String) -> Bool) -> Bool {
        guard case .array(let elements) = value else { return condition(value.description) }
        return elements.contains { condition($0.description) }
    }
}

extension SpanPredicate {
    /// The condition in words.
    public var description: String {
        switch self.kind {
        case .always: "always"
        case .attributeValues(let key, let values): "\(key) in \(Self.list(values))"
        case .attributePatterns(let key, let included, let excluded):
            excluded.isEmpty
                ? "\(key) like \(Self.list(included))"
                : "\(key) like \(Self.list(included)) not like \(Self.list(excluded))"
        case .spanKinds(let kinds): "kind in \(Self.list(OTelSpanKind.allCases.filter(kinds.contains)))"
        case .parents(let locations):
            "parent in \(Self.list(SamplingIntent.ParentLocation.allCases.filter(locations.contains)))"
        case .all(let predicates): "all \(Self.list(predicates))"
        case .any(let predicates): "any \(Self.list(predicates))"
        case .not(let predicate): "not \(predicate)"
        case .custom(let description, _): description
        }
    }

    private static func list(_ items: [some Any]) -> String {
        "[\(items.map { "\($0)" }.joined(separator: ","))]"
    }
}
