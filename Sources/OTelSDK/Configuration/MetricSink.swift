package import OTLPProto

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

    /// A sink with its defaults, but for what is given.
    public init(
        _ exporter: MetricExporterFactory,
        interval: Duration = .seconds(60),
        exportTimeout: Duration = .seconds(30),
        temporality: MetricTemporality = .cumulative,
        cardinalityLimit: Int = 2000
    ) {
        self.exporter = exporter
        self.interval = interval
        self.exportTimeout = exportTimeout
        self.temporality = temporality
        self.cardinalityLimit = cardinalityLimit
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
                exportTimeout: self.exportTimeout == .zero ? .seconds(1_000_000_000) : self.exportTimeout
            ),
            provider: provider,
            account: provider.addReader(temporality: self.temporality, cardinalityLimit: self.cardinalityLimit),
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
        guard (1...1_000_000).contains(self.cardinalityLimit) else {
            throw ConfigError(
                setting: "MetricSink.cardinalityLimit",
                value: "\(self.cardinalityLimit)",
                expected: "a number from 1 to 1000000"
            )
        }
    }
}

extension MetricSink: Sink {
    /// Adds the sink's pipeline.
    public func install(into builder: inout TelemetryBuilder) throws(ConfigError) {
        let reader = try self.makeReader(builder.metrics, resource: builder.resource, scopes: builder.scopes)
        builder.addReader(reader)
    }
}
