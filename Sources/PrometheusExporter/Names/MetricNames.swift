extension PrometheusTranslation {
    /// The name of a metric and what its values are in, before the client's escaping.
    func metric(_ name: String, unit: String, type: FamilyType) -> (name: String, unit: String) {
        // A ratio is a last value: counts of things are often given the unit "1", too.
        let unit = unit == "1" && type == .gauge ? "ratio" : UnitNames.name(of: unit)
        var translated = self.isSanitizing ? NameRules.metric.sanitized(name) : name
        guard self.addsSuffixes else { return (translated, unit) }
        if type == .counter { translated.removeWord("total") }
        if !unit.isEmpty, !translated.ends(inWord: unit) { translated += "_\(unit)" }
        if type == .counter { translated += "_total" }
        return (self.isSanitizing ? NameRules.metric.sanitized(translated) : translated, unit)
    }

    /// The name of a label, before the client's escaping.
    func label(_ key: String) -> String {
        // What starts with two underscores is Prometheus's own: "__name__" is the name of the metric.
        self.isSanitizing || key.hasPrefix("__") ? NameRules.label.sanitized(key) : key
    }
}

extension String {
    /// Whether the text is the word, or ends in it behind a separator.
    func ends(inWord word: String) -> Bool {
        guard self.hasSuffix(word) else { return false }
        guard let before = self.dropLast(word.count).last else { return true }
        return before == "_" || before == "." || before == "/" || before == "-"
    }

    /// Takes the word and its separator from the end, unless nothing would be left.
    fileprivate mutating func removeWord(_ word: String) {
        if self.count > word.count + 1, self.ends(inWord: word) { self.removeLast(word.count + 1) }
    }
}
