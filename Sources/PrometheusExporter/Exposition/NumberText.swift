/// Numbers as Go reads and writes them: shortest digits that read back as the same value.
enum NumberText {
    /// The value of a sample.
    static func value(_ value: Double, isOpenMetrics: Bool) -> String {
        if let text = self.special(value) { return text }
        let text = "\(value)"
        return isOpenMetrics || !text.hasSuffix(".0") ? text : String(text.dropLast(2))
    }

    /// The value of a label `le` or `quantile`, which Prometheus compares as text: as Go's client libraries write it.
    static func bound(_ value: Double, isOpenMetrics: Bool) -> String {
        if let text = self.special(value) { return text }
        let text = "\(value)"
        guard value.magnitude >= 1e6, !text.contains("e") else {
            return self.value(value, isOpenMetrics: isOpenMetrics)
        }
        let parts = "\(value.magnitude)".split(separator: ".")
        let exponent = parts[0].count - 1
        var digits = parts[0] + (parts.count > 1 ? parts[1] : "")
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        let fraction = digits.count > 1 ? ".\(digits.dropFirst())" : ""
        return "\(value < 0 ? "-" : "")\(digits.prefix(1))\(fraction)e+\(exponent < 10 ? "0" : "")\(exponent)"
    }

    private static func special(_ value: Double) -> String? {
        if value.isNaN { return "NaN" }
        guard value.isInfinite else { return nil }
        return value < 0 ? "-Inf" : "+Inf"
    }
}
