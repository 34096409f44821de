import OTLPProto
import OTelAPI

/// One point of a metric, ready for any format.
struct MetricRow {
    let name: String
    let unit: String
    let scope: OTelScope
    let time: OTelTimestamp
    let startTime: OTelTimestamp?
    let value: MetricRowValue
    let attributes: OTelAttributes
    let exemplars: [MetricView.Exemplar]

    private init(_ point: some MetricDataPoint, _ value: MetricRowValue, like metric: MetricRowOrigin) {
        self.name = metric.name
        self.unit = metric.unit
        self.scope = metric.scope
        self.time = point.time
        self.startTime = point.startTime
        self.value = point.hasRecordedValue ? value : .none
        self.attributes = point.attributes
        self.exemplars = point.exemplars
    }

    /// All points of the metrics, metric by metric.
    static func rows(_ metrics: [MetricView]) -> [MetricRow] {
        metrics.flatMap { Self.rows($0) }
    }

    static func rows(_ metric: MetricView) -> [MetricRow] {
        let origin = MetricRowOrigin(name: metric.name, unit: metric.unit, scope: metric.scope)
        func rows<Point: MetricDataPoint>(_ points: [Point], _ value: (Point) -> MetricRowValue) -> [MetricRow] {
            points.map { MetricRow($0, value($0), like: origin) }
        }
        switch metric.kind {
        case .histogram: return rows(metric.histogramPoints) { .histogram($0) }
        case .exponentialHistogram: return rows(metric.exponentialHistogramPoints) { .exponentialHistogram($0) }
        case .summary: return rows(metric.summaryPoints) { .summary($0) }
        default: return rows(metric.numberPoints) { .number($0.value) }
        }
    }

    /// The latest exemplars, in the order of their times: as many as people want to see.
    var latestExemplars: ArraySlice<MetricView.Exemplar> {
        self.exemplars.sorted { $0.time < $1.time }.suffix(3)
    }
}

private struct MetricRowOrigin {
    let name: String
    let unit: String
    let scope: OTelScope
}
