import OTLPProto
public import OTelAPI
public import OTelSDK

/// Shows the metrics of the moment to Prometheus and whatever else scrapes over HTTP
/// (`specification/metrics/sdk_exporters/prometheus.md`).
///
/// Collects when it is asked, on threads of its own, and keeps nothing in between: a telemetry without scrapers costs
/// what its instruments cost. Always reports totals. Answers `GET` and `HEAD` in the text formats 0.0.4 and 1.0.0 and in
/// OpenMetrics 0.0.1 and 1.0.0, as the client prefers; exemplars are in OpenMetrics only. At most 64 connections at a
/// time; unencrypted and without authentication, so by default for this machine only. Closed in a forked child.
public struct PrometheusSink: Sink {
    /// The name or address of this machine that clients connect to.
    ///
    /// Default `localhost`, for clients on this machine; `0.0.0.0` or `::` for everybody.
    public var host: String
    /// The port that clients connect to.
    ///
    /// Default 9464; 0 takes a free one, which `boundPort` tells.
    public var port: UInt16
    /// Where the metrics are.
    ///
    /// Default `/metrics`.
    public var path: String
    /// How names of instruments and attributes become names of Prometheus.
    ///
    /// Default `underscoreEscapingWithSuffixes`.
    public var translation: PrometheusTranslation
    /// Whether each series has labels that tell the scope it is from: `otel_scope_name` and others.
    ///
    /// Default true. Without them, series of several scopes that differ in nothing else are shown once.
    public var hasScopeLabels: Bool
    /// Whether the attributes of the resource are shown, as labels of one metric `target_info`.
    ///
    /// Default true.
    public var hasTargetInfo: Bool
    /// Which attributes of the resource, by their keys, are labels of each series, too.
    ///
    /// Default none. Attributes of a series win over those of the resource.
    public var resourceLabels: @Sendable (_ key: String) -> Bool
    /// What one scrape may take; a shorter time that Prometheus asks for wins.
    ///
    /// Default 10 s. What has not come by then is missing, which is reported.
    public var scrapeTimeout: Duration
    /// How measurements of kinds of instrument become points where no view says more.
    ///
    /// Default: what the kind calls for. Exponential histograms are shown with the buckets that they have at the moment.
    public var aggregations: [OTelInstrumentKind: MetricAggregation]
    /// The sets of attributes of one instrument that are shown one by one; further ones are summed up in one series with
    /// the label `otel_metric_overflow`.
    ///
    /// Default 2000.
    public var cardinalityLimit: Int
    /// The same for single kinds of instrument; views beat both.
    ///
    /// Default none.
    public var cardinalityLimits: [OTelInstrumentKind: Int]
    /// Which metrics are collected.
    ///
    /// Default nil, all.
    public var filter: (any MetricFilter)?
    /// Other sources of metrics, which are asked in each collection; what they report as differences is added up.
    ///
    /// Default none.
    public var producers: [any MetricProducer]

    private let bound = BoundPort()

    /// An endpoint with its defaults, but for what is given; it is opened when telemetry starts.
    public init(
        host: String = "localhost",
        port: UInt16 = 9464,
        path: String = "/metrics",
        translation: PrometheusTranslation = .underscoreEscapingWithSuffixes,
        hasScopeLabels: Bool = true,
        hasTargetInfo: Bool = true,
        resourceLabels: @escaping @Sendable (_ key: String) -> Bool = { _ in false },
        scrapeTimeout: Duration = .seconds(10),
        aggregations: [OTelInstrumentKind: MetricAggregation] = [:],
        cardinalityLimit: Int = 2000,
        cardinalityLimits: [OTelInstrumentKind: Int] = [:],
        filter: (any MetricFilter)? = nil,
        producers: [any MetricProducer] = []
    ) {
        self.host = host
        self.port = port
        self.path = path
        self.translation = translation
        self.hasScopeLabels = hasScopeLabels
        self.hasTargetInfo = hasTargetInfo
        self.resourceLabels = resourceLabels
        self.scrapeTimeout = scrapeTimeout
        self.aggregations = aggregations
        self.cardinalityLimit = cardinalityLimit
        self.cardinalityLimits = cardinalityLimits
        self.filter = filter
        self.producers = producers
    }

    /// The port of the open endpoint; nil before the start of its telemetry and after the end.
    ///
    /// Copies of a sink share it: the one that was opened last counts. Any thread may ask.
    public var boundPort: UInt16? { self.bound.value }

    /// Adds the sink's reader; its endpoint is opened when all sinks start.
    public func install(into builder: inout TelemetryBuilder) throws(ConfigError) {
        try self.check()
        let name =
            "prometheus http://\(self.host.contains(":") ? "[\(self.host)]" : self.host):\(self.port)\(self.path)"
        let reader = builder.makePullReader(name, self.readerOptions)
        let handler = ScrapeHandler(
            path: self.path,
            timeout: self.scrapeTimeout,
            resource: builder.resource.attributes,
            self.expositionOptions,
            collect: { reader.scrape(by: $0) }
        )
        let server = ScrapeServer(host: self.host, port: self.port, bound: self.bound, handler)
        builder.addReader(PrometheusPipeline(reader, server))
    }
}

extension PrometheusSink {
    private var readerOptions: MetricReaderOptions {
        var options = MetricReaderOptions()
        options.aggregations = self.aggregations
        options.cardinalityLimit = self.cardinalityLimit
        options.cardinalityLimits = self.cardinalityLimits
        options.filter = self.filter
        options.producers = self.producers
        return options
    }

    private var expositionOptions: ExpositionOptions {
        ExpositionOptions(
            translation: self.translation,
            hasScopeLabels: self.hasScopeLabels,
            hasTargetInfo: self.hasTargetInfo,
            isResourceLabel: self.resourceLabels,
            warn: { Diagnostics.report(.warning, topic: $0, $1) }
        )
    }

    private func check() throws(ConfigError) {
        guard self.path.hasPrefix("/"), !self.path.contains(where: { $0 == "?" || $0 == "#" || $0.isWhitespace }) else {
            throw ConfigError(
                setting: "PrometheusSink.path",
                value: self.path,
                expected: "a path that begins with a slash, without a query"
            )
        }
        guard self.scrapeTimeout >= .milliseconds(1) else {
            throw ConfigError(
                setting: "PrometheusSink.scrapeTimeout",
                value: "\(self.scrapeTimeout)",
                expected: "a duration of at least 1 ms"
            )
        }
        try self.readerOptions.check("PrometheusSink")
    }
}
