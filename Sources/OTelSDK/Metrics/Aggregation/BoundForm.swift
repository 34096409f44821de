import OTelAPI

/// An instrument bound to more attributes than its series has: what it measures may become an exemplar with the rest.
final class BoundForm: OTelBoundBackend, @unchecked Sendable {
    // Safety: immutable.
    private let series: MetricSeries
    private let attributes: OTelAttributes

    init(_ series: MetricSeries, _ attributes: OTelAttributes) {
        self.series = series
        self.attributes = attributes
    }

    override func record(_ value: Int) {
        self.series.record(value, self.attributes)
    }

    override func record(_ value: Double) {
        self.series.record(value, self.attributes)
    }
}
