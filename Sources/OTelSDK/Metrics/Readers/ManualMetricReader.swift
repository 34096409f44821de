public import OTelAPI
import OTelWire

/// Collects metrics when the program asks for them: for tests, for jobs, and for exporters that are asked themselves.
///
/// ```swift
/// let reader = ManualMetricReader()
/// let telemetry = try OTel.start(Config(serviceName: "job", sinks: [reader]))
/// for metric in reader.collect().metrics { print(metric.name) }
/// ```
///
/// A reader belongs to one telemetry, and stands once among its sinks. Any thread may call.
public final class ManualMetricReader: Sink {
    private let options: MetricReaderOptions
    private let use = ForkSafeMutex(Use())

    /// Not kept alive: a telemetry that fails to start lets go of the reader, and another one may have it.
    private struct Use {
        weak var reader: PullReader?
    }

    /// A reader.
    ///
    /// - Parameters:
    ///   - temporality: which instruments are reported as totals and which as differences since the last collection.
    ///   - aggregations: of kinds of instrument that no view says more about; by default what the kind calls for.
    ///   - cardinalityLimit: the sets of attributes of one instrument that are reported one by one.
    ///   - cardinalityLimits: the same for single kinds of instrument.
    ///   - filter: which metrics are collected; nil for all.
    ///   - producers: other sources of metrics.
    public init(
        temporality: MetricTemporality = .cumulative,
        aggregations: [OTelInstrumentKind: MetricAggregation] = [:],
        cardinalityLimit: Int = 2000,
        cardinalityLimits: [OTelInstrumentKind: Int] = [:],
        filter: (any MetricFilter)? = nil,
        producers: [any MetricProducer] = []
    ) {
        var options = MetricReaderOptions()
        options.temporality = temporality
        options.aggregations = aggregations
        options.cardinalityLimit = cardinalityLimit
        options.cardinalityLimits = cardinalityLimits
        options.filter = filter
        options.producers = producers
        self.options = options
    }

    /// Adds the reader.
    public func install(into builder: inout TelemetryBuilder) throws(ConfigError) {
        try self.options.check("ManualMetricReader")
        let made = builder.makePullReader("manual", self.options)
        let isFirst = self.use.withLock { use in
            guard use.reader == nil else { return false }
            use.reader = made
            return true
        }
        guard isFirst else {
            throw ConfigError(
                setting: "Config.sinks",
                value: "a ManualMetricReader that is in use already",
                expected: "a reader of its own for each telemetry, listed once"
            )
        }
        builder.addReader(made)
    }

    /// The metrics of the moment.
    ///
    /// Runs callbacks and waits for them; blocks for `timeout` at most, if the producers keep to it. Not for the
    /// cooperative pool where callbacks are slow. Before the start and after the end of the telemetry there are none,
    /// and `problems` says so.
    public func collect(timeout: Duration = .seconds(30)) -> MetricCollection {
        guard let reader = self.use.withLock({ $0.reader }) else {
            return MetricCollection(.empty, problems: ["the reader is not part of a running telemetry"])
        }
        return reader.collect(by: .after(timeout))
    }
}
