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
            Self.append(row.value, to: &text)
            Self.append(row.exemplars, to: &text)
        }
        text.memberIfAny("attributes", row.attributes)
        self.append(row.scope, metric.resource, to: &text)
    }

    private static func append(_ value: MetricRowValue, to text: inout ConsoleText) {
        switch value {
        case .none: text.member("no_recorded_value", .bool(true))
        case .number(let number): text.member("value", number.asValue)
        case .histogram(let point):
            self.append(point.count, point.sum, point.min, point.max, to: &text)
            text.member("bounds", .array(point.bounds.map { .double($0) }))
            text.member(counts: point.bucketCounts)
        case .exponentialHistogram(let point): self.append(point, to: &text)
        case .summary(let point):
            self.append(point.count, point.sum, nil, nil, to: &text)
            text.array("quantiles") { text in
                for quantile in point.quantiles {
                    text.object { text in
                        text.member("quantile", .double(quantile.quantile))
                        text.member("value", .double(quantile.value))
                    }
                }
            }
        }
    }

    private static func append(_ point: MetricView.ExponentialHistogramPoint, to text: inout ConsoleText) {
        self.append(point.count, point.sum, point.min, point.max, to: &text)
        text.member("scale", literal: String(point.scale))
        text.member("zero_count", literal: String(point.zeroCount))
        if point.zeroThreshold != 0 { text.member("zero_threshold", .double(point.zeroThreshold)) }
        for (key, buckets) in [("positive", point.positive), ("negative", point.negative)]
        where !buckets.counts.isEmpty {
            text.object(key) { text in
                text.member("offset", literal: String(buckets.offset))
                text.member(counts: buckets.counts)
            }
        }
    }

    private static func append(
        _ count: UInt64,
        _ sum: Double?,
        _ min: Double?,
        _ max: Double?,
        to text: inout ConsoleText
    ) {
        text.member("count", literal: String(count))
        if let sum { text.member("sum", .double(sum)) }
        if let min { text.member("min", .double(min)) }
        if let max { text.member("max", .double(max)) }
    }

    private static func append(_ exemplars: [MetricView.Exemplar], to text: inout ConsoleText) {
        guard !exemplars.isEmpty else { return }
        text.array("exemplars") { text in
            for exemplar in exemplars {
                text.object { text in
                    text.member("time", UTCTime(exemplar.time).rfc3339)
                    text.member("value", exemplar.value.asValue)
                    text.memberIfAny("trace_id", exemplar.traceID?.description ?? "")
                    text.memberIfAny("span_id", exemplar.spanID?.description ?? "")
                    text.memberIfAny("attributes", exemplar.filteredAttributes)
                }
            }
        }
    }
}

extension ConsoleText {
    fileprivate mutating func member(counts: [UInt64]) {
        self.member("bucket_counts", literal: "[" + counts.map { String($0) }.joined(separator: ",") + "]")
    }
}
