public import OTelAPI

/// Everything that `OTel.start` needs to know.
public struct Config: Sendable {
    /// `service.name` of the resource; must not be empty.
    public var serviceName: String
    /// Further attributes of the resource; they win over the SDK's own, except `service.name`.
    public var resourceAttributes: OTelAttributes
    /// The schema that `resourceAttributes` follow.
    public var resourceSchemaURL: String?
    /// Where telemetry goes.
    ///
    /// Each sink gets all of its signal, on a pipeline of its own.
    public var sinks: [any Sink]
    /// What takes part in the life of every recorded span, in this order, before the sinks.
    public var spanProcessors: [any SpanProcessor]
    /// Which tracers record; `Telemetry.configureTracers` replaces it later.
    public var tracerConfigurator: TracerConfigurator
    /// Which meters measure; `Telemetry.configureMeters` replaces it later.
    public var meterConfigurator: MeterConfigurator
    /// What becomes of the measurements of instruments; `Telemetry.configureViews` replaces them later.
    ///
    /// An instrument that none selects is reported as its author and the sinks have it.
    public var views: [InstrumentView]
    /// What several views that select one instrument do.
    public var viewMatchingMode: ViewMatchingMode
    /// Which measurements may be kept as examples of the points they are part of.
    ///
    /// Default: those made while a sampled span is current.
    public var exemplarFilter: ExemplarFilter
    /// Makes the ids of spans and traces; nil, the default, makes random ones.
    public var idGenerator: (any IDGenerator)?
    /// Bounds on what one span may hold.
    public var spanLimits: SpanLimits
    /// Bounds on what one log record may hold.
    public var logRecordLimits: LogRecordLimits
    /// How long a normal end of the process may be held up to send what is queued.
    ///
    /// Default 2 s; zero sends nothing.
    public var exitTimeout: Duration

    /// A configuration; it is checked when telemetry starts.
    public init(
        serviceName: String,
        resourceAttributes: OTelAttributes = [:],
        resourceSchemaURL: String? = nil,
        sinks: [any Sink] = [],
        spanProcessors: [any SpanProcessor] = [],
        tracerConfigurator: TracerConfigurator = .enablingAll,
        meterConfigurator: MeterConfigurator = .enablingAll,
        views: [InstrumentView] = [],
        viewMatchingMode: ViewMatchingMode = .independent,
        exemplarFilter: ExemplarFilter = .traceBased,
        idGenerator: (any IDGenerator)? = nil,
        spanLimits: SpanLimits = SpanLimits(),
        logRecordLimits: LogRecordLimits = LogRecordLimits(),
        exitTimeout: Duration = .seconds(2)
    ) {
        self.serviceName = serviceName
        self.resourceAttributes = resourceAttributes
        self.resourceSchemaURL = resourceSchemaURL
        self.sinks = sinks
        self.spanProcessors = spanProcessors
        self.tracerConfigurator = tracerConfigurator
        self.meterConfigurator = meterConfigurator
        self.views = views
        self.viewMatchingMode = viewMatchingMode
        self.exemplarFilter = exemplarFilter
        self.idGenerator = idGenerator
        self.spanLimits = spanLimits
        self.logRecordLimits = logRecordLimits
        self.exitTimeout = exitTimeout
    }

    func validate() throws(ConfigError) {
        guard self.serviceName.contains(where: { !$0.isWhitespace }) else {
            throw ConfigError(
                setting: "Config.serviceName",
                value: self.serviceName,
                expected: "the name of the service, not empty"
            )
        }
        guard self.exitTimeout >= .zero else {
            throw ConfigError(
                setting: "Config.exitTimeout",
                value: "\(self.exitTimeout)",
                expected: "a duration of zero or more"
            )
        }
        try ViewTable.check(self.views)
        try self.spanLimits.validate()
        try self.logRecordLimits.validate()
    }

    var metricSettings: MetricsProvider.Settings {
        var settings = MetricsProvider.Settings()
        settings.views = self.views
        settings.viewMatchingMode = self.viewMatchingMode
        settings.exemplarFilter = self.exemplarFilter
        settings.configurator = self.meterConfigurator
        return settings
    }
}
