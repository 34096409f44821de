import OTLPProto
import OTelAPI

/// What a point says, ready for any format.
enum MetricRowValue {
    /// The series has ended or has a gap.
    case none
    case number(MetricView.Number)
    case histogram(MetricView.HistogramPoint)
    case exponentialHistogram(MetricView.ExponentialHistogramPoint)
    case summary(MetricView.SummaryPoint)

    /// The number itself, or how many values there were.
    var headline: String {
        if case .number(let number) = self { return number.asValue.description }
        return self.count.map { String($0) } ?? "no value"
    }

    /// How many values are behind it; nil for a single one.
    var count: UInt64? {
        switch self {
        case .none, .number: nil
        case .histogram(let point): point.count
        case .exponentialHistogram(let point): point.count
        case .summary(let point): point.count
        }
    }

    /// Mean, least and greatest value, quantiles, as far as they are known.
    var facts: [(name: String, value: OTelValue)] {
        switch self {
        case .none, .number: []
        case .histogram(let point): Self.facts(point.count, point.sum, point.min, point.max)
        case .exponentialHistogram(let point): Self.facts(point.count, point.sum, point.min, point.max)
        case .summary(let point):
            Self.facts(point.count, point.sum, nil, nil)
                + point.quantiles.map { (Self.name(of: $0.quantile), .double($0.value)) }
        }
    }

    private static func facts(
        _ count: UInt64,
        _ sum: Double?,
        _ min: Double?,
        _ max: Double?
    ) -> [(name: String, value: OTelValue)] {
        var facts: [(name: String, value: OTelValue)] = []
        if let sum, count > 0 { facts.append(("mean", .double(self.rounded(sum / Double(count))))) }
        if let min { facts.append(("min", .double(min))) }
        if let max { facts.append(("max", .double(max))) }
        return facts
    }

    /// `p99.9` for 0.999.
    private static func name(of quantile: Double) -> String {
        let percent = self.rounded(quantile * 100)
        return "p" + (Int(exactly: percent).map { String($0) } ?? String(percent))
    }

    /// Five digits are plenty for a mean.
    private static func rounded(_ value: Double) -> Double {
        guard value.isFinite, value != 0 else { return value }
        var scale = 1.0
        while abs(value) * scale < 10_000, scale < 1e12 { scale *= 10 }
        return (value * scale).rounded() / scale
    }

    /// The counts of the ranges as bars, from the first range with a value to the last.
    var bars: String {
        switch self {
        case .none, .number, .summary: ""
        case .histogram(let point): Self.bars(point.bucketCounts)
        case .exponentialHistogram(let point):
            Self.bars(
                point.negative.counts.reversed() + (point.zeroCount > 0 ? [point.zeroCount] : [])
                    + point.positive.counts
            )
        }
    }

    private static let maxBars = 64

    /// Where there are too many ranges, several share a bar.
    private static func bars(_ counts: [UInt64]) -> String {
        guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 })
        else { return "" }
        let width = (last - first) / self.maxBars + 1
        let heights = stride(from: first, through: last, by: width).map { start in
            counts[start..<min(start + width, last + 1)].reduce(0) { $0 + Double($1) }
        }
        let most = heights.max() ?? 1
        let shapes: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        return String(heights.map { $0 == 0 ? " " : shapes[Int(($0 / most * 7).rounded())] })
    }
}

extension MetricView.Number {
    var asValue: OTelValue {
        switch self {
        case .int(let value): .int(value)
        case .double(let value): .double(value)
        }
    }
}

extension MetricView.Exemplar {
    /// Its ids, then what its point does not say.
    var details: [OTelAttributes.Element] {
        var details: [OTelAttributes.Element] = []
        if let traceID { details.append((key: "trace_id", value: .string(traceID.description))) }
        if let spanID { details.append((key: "span_id", value: .string(spanID.description))) }
        return details + self.filteredAttributes
    }
}
