import OTLPProto
import OTelAPI

/// One point of a metric, ready for any format.
struct MetricRow {
    enum Value {
        case number(MetricView.Number)
        case histogram(MetricView.HistogramPoint)
    }

    let name: String
    let unit: String
    let scope: OTelScope
    let time: OTelTimestamp
    let startTime: OTelTimestamp?
    let value: Value
    let attributes: OTelAttributes

    /// All points of the metrics, metric by metric.
    static func rows(_ metrics: [MetricView]) -> [MetricRow] {
        metrics.flatMap { Self.rows($0) }
    }

    static func rows(_ metric: MetricView) -> [MetricRow] {
        let (name, unit, scope) = (metric.name, metric.unit, metric.scope)
        let numbers = metric.numberPoints.map { point in
            MetricRow(
                name: name,
                unit: unit,
                scope: scope,
                time: point.time,
                startTime: point.startTime,
                value: .number(point.value),
                attributes: point.attributes
            )
        }
        let histograms = metric.histogramPoints.map { point in
            MetricRow(
                name: name,
                unit: unit,
                scope: scope,
                time: point.time,
                startTime: point.startTime,
                value: .histogram(point),
                attributes: point.attributes
            )
        }
        return numbers + histograms
    }

    /// The number itself, or how many values a histogram has counted.
    var headline: String {
        switch self.value {
        case .number(let number): number.asValue.description
        case .histogram(let point): String(point.count)
        }
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

extension MetricView.HistogramPoint {
    /// Mean, least and greatest value, as far as they are known.
    var summary: [(name: String, value: OTelValue)] {
        var summary: [(name: String, value: OTelValue)] = []
        if let sum, self.count > 0 { summary.append(("mean", .double(Self.rounded(sum / Double(self.count))))) }
        if let min { summary.append(("min", .double(min))) }
        if let max { summary.append(("max", .double(max))) }
        return summary
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
        guard let first = self.bucketCounts.firstIndex(where: { $0 > 0 }),
            let last = self.bucketCounts.lastIndex(where: { $0 > 0 }),
            let most = self.bucketCounts.max()
        else { return "" }
        let shapes: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        return String(
            self.bucketCounts[first...last].prefix(64).map { count in
                count == 0 ? " " : shapes[Int((Double(count) / Double(most) * 7).rounded())]
            }
        )
    }
}
