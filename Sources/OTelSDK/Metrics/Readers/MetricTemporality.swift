package import OTLPProto
public import OTelAPI

/// Which instruments are reported as differences and which as totals: the presets of the OTLP exporter
/// (`specification/metrics/sdk_exporters/otlp.md`).
///
/// Gauges have no temporality of their own: with `cumulative` the last value of every set of attributes is reported at
/// each collection, with the others only that of sets recorded since the last one.
public struct MetricTemporality: Sendable, Hashable, CustomStringConvertible {
    private let name: String
    /// The kinds reported as differences.
    private let deltas: Set<OTelInstrumentKind>

    /// Totals since the beginning, for all instruments.
    ///
    /// The default, and what Prometheus wants.
    public static let cumulative = MetricTemporality(name: "cumulative", deltas: [])
    /// Differences for counters, observable counters and histograms; totals for up-down counters.
    public static let delta = MetricTemporality(
        name: "delta",
        deltas: [.counter, .observableCounter, .histogram, .gauge, .observableGauge]
    )
    /// Whatever needs less memory: differences for counters and histograms; totals for observable counters and up-down
    /// counters.
    public static let lowMemory = MetricTemporality(
        name: "lowmemory",
        deltas: [.counter, .histogram, .gauge, .observableGauge]
    )

    /// Differences for these kinds of instrument, totals for the others.
    public static func delta(of kinds: Set<OTelInstrumentKind>) -> MetricTemporality {
        MetricTemporality(name: "custom", deltas: kinds)
    }

    /// The temporality of one kind of instrument.
    package func temporality(of kind: OTelInstrumentKind) -> AggregationTemporality {
        self.deltas.contains(kind) ? .delta : .cumulative
    }

    /// The name that the environment variable uses; `custom` when it has none.
    public var description: String { self.name }
}
