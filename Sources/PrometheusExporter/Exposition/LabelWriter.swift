import OTelAPI

/// Makes the labels of series: of attributes, scope and resource.
///
/// Names that become the same share a label, with their values in the order of the names.
struct LabelWriter {
    private struct Pair {
        var label: String
        var key: String
        var value: String
    }

    private let options: ExpositionOptions
    private let escaping: EscapingScheme
    private var names: [String: String] = [:]
    private var scopes: [OTelScope: [Pair]] = [:]
    private var resource: [Pair] = []

    init(_ options: ExpositionOptions, escaping: EscapingScheme, resource: OTelAttributes) {
        self.options = options
        self.escaping = escaping
        self.resource = self.pairs(OTelAttributes(resource.filter { options.isResourceLabel($0.key) }))
    }

    /// The name of a label as it is written: in quotes when only some clients can read it.
    mutating func name(_ key: String) -> String {
        if let name = self.names[key] { return name }
        let escaped = self.escaping.escape(self.options.translation.label(key), .label)
        let name = NameRules.label.isValid(escaped) ? escaped : "\"\(escaped.escapingQuotes)\""
        self.names[key] = name
        return name
    }

    /// Labels in the order of their names, `a="x",b="y"`.
    ///
    /// `reserved` is a label that the series has already: an attribute of this name gets another one.
    mutating func labels(_ attributes: OTelAttributes, scope: OTelScope?, reserved: String = "") -> String {
        var pairs = self.pairs(attributes)
        for index in pairs.indices where pairs[index].label == reserved {
            pairs[index].label = self.name("exported_\(reserved)")
        }
        if self.options.hasScopeLabels, let scope { pairs += self.scopePairs(scope) }
        if scope != nil {
            let taken = Set(pairs.map(\.label))
            pairs += self.resource.filter { !taken.contains($0.label) && $0.label != reserved }
        }
        return self.text(pairs)
    }

    private mutating func pairs(_ attributes: OTelAttributes) -> [Pair] {
        var pairs: [Pair] = []
        pairs.reserveCapacity(attributes.count + 3)
        for (key, value) in attributes where !key.isEmpty {
            pairs.append(Pair(label: self.name(key), key: key, value: value.labelText))
        }
        return pairs
    }

    private mutating func scopePairs(_ scope: OTelScope) -> [Pair] {
        if let known = self.scopes[scope] { return known }
        let own = [
            ("otel_scope_name", scope.name), ("otel_scope_version", scope.version ?? ""),
            ("otel_scope_schema_url", scope.schemaURL ?? ""),
        ]
        var pairs = own.filter { !$0.1.isEmpty }.map { Pair(label: self.name($0.0), key: $0.0, value: $0.1) }
        let reserved = own.map { self.name($0.0) }
        for pair in self.pairs(OTelAttributes(scope.attributes.map { ("otel_scope_\($0.key)", $0.value) }))
        where !reserved.contains(pair.label) {
            pairs.append(pair)
        }
        self.scopes[scope] = pairs
        return pairs
    }

    private func text(_ pairs: [Pair]) -> String {
        var text = ""
        var previous = ""
        for pair in pairs.sorted(by: { ($0.label, $0.key) < ($1.label, $1.key) }) {
            if pair.label == previous {
                text.removeLast()
                text += ";"
            } else {
                text += text.isEmpty ? "" : ","
                text += pair.label
                text += "=\""
            }
            text += pair.value.escapingQuotes
            text += "\""
            previous = pair.label
        }
        return text
    }
}
