import OTLPProto
import OTelAPI

extension LabelWriter {
    /// Characters that the names and values of an exemplar's labels may have together.
    private static let maxExemplarCharacters = 128

    /// The exemplar as it follows a sample in OpenMetrics: ` # {labels} value time`.
    ///
    /// Attributes for which there is no room are left out, in the order of their names.
    mutating func text(_ exemplar: MetricView.Exemplar) -> String {
        var labels: [(name: String, value: String)] = []
        if let traceID = exemplar.traceID { labels.append(("trace_id", traceID.description)) }
        if let spanID = exemplar.spanID { labels.append(("span_id", spanID.description)) }
        var size = labels.reduce(0) { $0 + $1.name.count + $1.value.count }
        for (key, value) in exemplar.filteredAttributes.sorted(by: { $0.key < $1.key }) where !key.isEmpty {
            let label = (name: self.name(key), value: value.labelText)
            let isKnown =
                label.name == "trace_id" || label.name == "span_id" || labels.contains { $0.name == label.name }
            let added = label.name.unicodeScalars.count + label.value.unicodeScalars.count
            guard !isKnown, size + added <= Self.maxExemplarCharacters else { continue }
            size += added
            labels.append(label)
        }
        let text = labels.map { "\($0.name)=\"\($0.value.escapingQuotes)\"" }.joined(separator: ",")
        return " # {\(text)} \(exemplar.value.sampleText(isOpenMetrics: true)) \(exemplar.time.secondsText)"
    }
}

extension OTelTimestamp {
    /// Seconds since the Unix epoch, to the nanosecond.
    fileprivate var secondsText: String {
        let (seconds, rest) = self.unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let digits = "\(rest)"
        return "\(seconds).\(String(repeating: "0", count: 9 - digits.count))\(digits)"
    }
}
