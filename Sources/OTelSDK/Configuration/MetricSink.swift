package import OTLPProto
public import OTelAPI

/// Collects metrics at a fixed rate and sends them to one exporter.
///
/// Several sinks don't disturb each other: each has its own interval, temporality and limit.
public struct MetricSink: Sendable {
    /// Where the metrics go.
    public var exporter: MetricExporterFactory
    /// The time between two collections.
    ///
    /// Default 60 s.
    public var interval: Duration
    /// What one export may take, retries included.
    ///
    /// Default 30 s; zero means no limit.
    public var exportTimeout: Duration
    /// Which instruments are reported as totals and which as differences.
    ///
    /// Default totals.
    public var temporality: MetricTemporality
    /// The sets of attributes of one instrument that are reported one by one; further ones are summed up in one point
    /// with the attribute `otel.metric.overflow`.
    ///
    /// Default 2000.
    public var cardinalityLimit: Int

    /// The same for single kinds of instrument; views beat both.
    ///
    /// Default none.
    public var cardinalityLimits: [OTelInstrumentKind: Int]
    /// How measurements of kinds of instrument become points where no view says more.
    ///
    /// Default: what the kind calls for.
    public var aggregations: [OTelInstrumentKind: MetricAggregation]
    /// Data points of one export at most; a collection with more is exported in several, all of them full but the last.
    ///
    /// Default nil, no limit. Exports are limited to 3.5 MiB in any case.
    public var maxExportBatchSize: Int?
    /// Which metrics are collected.
    ///
    /// Default nil, all.
    public var filter: (any MetricFilter)?
    /// Other sources of metrics, which are asked in each collection.
    ///
    /// Default none.
    public var producers: [any MetricProducer]

    /// A sink with its defaults, but for what is given.
    public init(
        _ exporter: MetricExporterFactory,
        interval: Duration = .seconds(60),
        exportTimeout: Duration = .seconds(30),
        temporality: MetricTemporality = .cumulative,
        cardinalityLimit: Int = 2000,
        cardinalityLimits: [OTelInstrumentKind: Int] = [:],
        aggregations: [OTelInstrumentKind: MetricAggregation] = [:],
        maxExportBatchSize: Int? = nil,
        filter: (any MetricFilter)? = nil,
        producers: [any MetricProducer] = []
    ) {
        self.exporter = exporter
        self.interval = interval
        self.exportTimeout = exportTimeout
        self.temporality = temporality
        self.cardinalityLimit = cardinalityLimit
        self.cardinalityLimits = cardinalityLimits
        self.aggregations = aggregations
        self.maxExportBatchSize = maxExportBatchSize
        self.filter = filter
        self.producers = producers
    }

    private var readerOptions: MetricReaderOptions {
        var options = MetricReaderOptions()
        options.temporality = self.temporality
        options.aggregations = self.aggregations
        options.cardinalityLimit = self.cardinalityLimit
        options.cardinalityLimits = self.cardinalityLimits
        options.filter = self.filter
        options.producers = self.producers
        return options
    }

    /// The reader of this sink, checked but not yet started.
    package func makeReader(
        _ provider: MetricsProvider,
        resource: EncodedResource,
        scopes: ScopeTable
    ) throws(ConfigError) -> PeriodicReader {
        try self.check()
        let exporter = try self.exporter.make()
        return PeriodicReader(
            .init(
                name: self.exporter.name,
                interval: self.interval,
                exportTimeout: self.exportTimeout == .zero ? .seconds(1_000_000_000) : self.exportTimeout,
                maxExportBatchSize: self.maxExportBatchSize ?? .max
            ),
            provider: provider,
            account: provider.addReader(self.readerOptions),
            resource: resource,
            scopes: scopes,
            exporter: exporter
        )
    }

    private func check() throws(ConfigError) {
        guard self.interval >= .milliseconds(1) else {
            throw ConfigError(
                setting: "MetricSink.interval",
                value: "\(self.interval)",
                expected: "a duration of at least 1 ms"
            )
        }
        guard self.exportTimeout >= .zero else {
            throw ConfigError(
                setting: "MetricSink.exportTimeout",
                value: "\(self.exportTimeout)",
                expected: "a duration of zero or more"
            )
        }
        guard self.maxExportBatchSize ?? 1 >= 1 else {
            throw ConfigError(
                setting: "MetricSink.maxExportBatchSize",
                value: "\(self.maxExportBatchSize ?? 0)",
                expected: "a number from 1, or nil"
            )
        }
        try self.readerOptions.check("MetricSink")
    }
}

extension MetricSink: Sink {
    /// Adds the sink's pipeline.
    public func install(into builder: inout TelemetryBuilder) throws(ConfigError) {
        let reader = try self.makeReader(builder.metrics, resource: builder.resource, scopes: builder.scopes)
        builder.addReader(reader)
    }
}
