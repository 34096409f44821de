import OTLPProto
import OTelAPI

// One line a point.
extension JSONFormatter {
    mutating func append(_ metrics: [MetricView], to text: inout ConsoleText) {
        for metric in metrics {
            for row in MetricRow.rows(metric) {
                text.object { Self.append(row, of: metric, to: &$0) }
                text.endLine()
            }
        }
    }

    private static func append(_ row: MetricRow, of metric: MetricView, to text: inout ConsoleText) {
        text.member("kind", "metric")
        text.member("time", UTCTime(row.time).rfc3339)
        text.member("name", row.name)
        if let start = row.startTime { text.member("start_time", UTCTime(start).rfc3339) }
        text.object("metric") { text in
            text.member("type", "\(metric.kind)")
            text.memberIfAny("unit", row.unit)
            text.memberIfAny("description", metric.description)
            if let temporality = metric.temporality { text.member("temporality", "\(temporality)") }
            if metric.kind == .sum { text.member("monotonic", .bool(metric.isMonotonic)) }
            switch row.value {
            case .number(let number): text.member("value", number.asValue)
            case .histogram(let point): Self.append(point, to: &text)
            }
        }
        text.memberIfAny("attributes", row.attributes)
        self.append(row.scope, metric.resource, to: &text)
    }

    private static func append(_ point: MetricView.HistogramPoint, to text: inout ConsoleText) {
        text.member("count", literal: String(point.count))
        if let sum = point.sum { text.member("sum", .double(sum)) }
        if let min = point.min { text.member("min", .double(min)) }
        if let max = point.max { text.member("max", .double(max)) }
        text.member("bounds", .array(point.bounds.map { .double($0) }))
        text.member("bucket_counts", .array(point.bucketCounts.map { .int($0) }))
    }
}
