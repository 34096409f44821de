package import OTLPProto
package import OTelAPI

/// Which instruments are reported as differences and which as totals: the presets of the OTLP exporter
/// (`specification/metrics/sdk_exporters/otlp.md`).
///
/// Gauges have no temporality of their own: with `cumulative` the last value of every set of attributes is reported at
/// each collection, with the others only that of sets recorded since the last one.
public struct MetricTemporality: Sendable, Hashable, CustomStringConvertible {
    private let name: String

    /// Totals since the beginning, for all instruments.
    ///
    /// The default, and what Prometheus wants.
    public static let cumulative = MetricTemporality(name: "cumulative")
    /// Differences for counters, observable counters and histograms; totals for up-down counters.
    public static let delta = MetricTemporality(name: "delta")
    /// Whatever needs less memory: differences for counters and histograms; totals for observable counters and up-down
    /// counters.
    public static let lowMemory = MetricTemporality(name: "lowmemory")

    /// The temporality of one kind of instrument.
    package func temporality(of kind: OTelInstrumentKind) -> AggregationTemporality {
        switch kind {
        case .upDownCounter, .observableUpDownCounter: .cumulative
        case .observableCounter: self == .delta ? .delta : .cumulative
        case .counter, .histogram, .gauge, .observableGauge: self == .cumulative ? .cumulative : .delta
        }
    }

    /// The name that the environment variable uses.
    public var description: String { self.name }
}
