import OTLPProto
import OTelAPI

/// What a family of samples is.
enum FamilyType: Sendable { case counter, gauge, histogram, summary, info }

/// A metric of one scope at the moment of a scrape: totals, whatever its source reports.
struct ScrapedMetric: Sendable {
    var name: String
    var description: String
    var unit: String
    var type: FamilyType
    var scope: OTelScope
    var points: [ScrapedPoint]
}

/// One series of a metric.
struct ScrapedPoint: Sendable {
    var attributes: OTelAttributes
    /// What it covers; the beginning is nil when unknown.
    var start: OTelTimestamp?
    var end: OTelTimestamp
    var value: ScrapedValue
    var exemplars: [MetricView.Exemplar] = []
}

/// What is known of a series.
enum ScrapedValue: Sendable, Hashable {
    case number(MetricView.Number)
    case histogram(ScrapedHistogram)
    case summary(MetricView.SummaryPoint)
}
