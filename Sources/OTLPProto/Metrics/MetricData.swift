/// A metric that no instrument of this SDK made: from a metric producer, or read and changed.
///
/// Points are sent as they are: their times, bounds and counts have to make sense together
/// (`specification/metrics/data-model.md`).
public struct MetricData: Sendable, Hashable {
    /// What the metric is called.
    public var name: String
    /// What it tells; empty for nothing.
    public var description: String
    /// What its values are in, such as `By` or `s`; empty for none.
    public var unit: String
    /// Its series.
    public var points: MetricPoints

    /// A metric; by default without description and unit.
    public init(_ name: String, description: String = "", unit: String = "", points: MetricPoints) {
        self.name = name
        self.description = description
        self.unit = unit
        self.points = points
    }

    /// A copy of a metric that was read; nil when its kind or temporality is none that this version knows.
    public init?(_ metric: MetricView) {
        guard let points = MetricPoints(metric) else { return nil }
        self.init(metric.name, description: metric.description, unit: metric.unit, points: points)
    }
}

/// The points of a metric, which are all of one kind.
public enum MetricPoints: Sendable, Hashable {
    /// Last values.
    case gauge([MetricView.NumberPoint])
    /// Sums.
    case sum([MetricView.NumberPoint], AggregationTemporality, isMonotonic: Bool)
    /// Counts in ranges with explicit bounds.
    case histogram([MetricView.HistogramPoint], AggregationTemporality)
    /// Counts in ranges whose width grows exponentially.
    case exponentialHistogram([MetricView.ExponentialHistogramPoint], AggregationTemporality)
    /// Quantiles.
    case summary([MetricView.SummaryPoint])

    fileprivate init?(_ metric: MetricView) {
        switch (metric.kind, metric.temporality) {
        case (.gauge, _): self = .gauge(metric.numberPoints)
        case (.sum, let temporality?): self = .sum(metric.numberPoints, temporality, isMonotonic: metric.isMonotonic)
        case (.histogram, let temporality?): self = .histogram(metric.histogramPoints, temporality)
        case (.exponentialHistogram, let temporality?):
            self = .exponentialHistogram(metric.exponentialHistogramPoints, temporality)
        case (.summary, _): self = .summary(metric.summaryPoints)
        default: return nil
        }
    }
}
