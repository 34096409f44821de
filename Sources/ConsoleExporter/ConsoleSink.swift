public import OTelAPI
public import OTelSDK

/// Shows spans, as they begin and end, and log records as one stream on a console.
///
/// Writing is done on the sink's own thread, within 100 ms of what is shown: recording never waits for a terminal, and
/// one that nobody reads loses its own lines only. What comes too fast, or after a shutdown, is dropped and counted
/// like in any other sink. Metrics have their own sink: `MetricSink(.console())`.
public struct ConsoleSink: Sink {
    /// How items look.
    public var format: ConsoleFormat
    /// Log records below are not shown; records without a severity always are.
    ///
    /// Spans have no severity.
    public var minimumSeverity: OTelSeverity
    /// Whether there are colours.
    public var colors: ConsoleColors
    /// Where the lines go.
    public var output: ConsoleOutput
    /// Which spans are shown.
    ///
    /// Default: all, unless the caller of a request decided against its trace.
    public var sampler: Sampler = .parentBased(.alwaysOn)
    /// How items get to the console.
    ///
    /// Default: what was recorded within 100 ms is put in order and written together; 32 768 items or 16 MiB may wait.
    public var processor: RecordProcessor = .batch(
        maxQueueSize: 32_768,
        maxExportBatchSize: 4096,
        scheduledDelay: .milliseconds(100)
    )

    /// A console with the defaults that people expect in development: pretty, coloured on a terminal, everything.
    public init(
        format: ConsoleFormat = .pretty,
        minimumSeverity: OTelSeverity = .unspecified,
        colors: ConsoleColors = .automatic,
        output: ConsoleOutput = .standardError
    ) {
        self.format = format
        self.minimumSeverity = minimumSeverity
        self.colors = colors
        self.output = output
    }

    /// Adds the console's pipeline; throws when `output` is a descriptor that is not open for writing.
    public func install(into builder: inout TelemetryBuilder) throws(ConfigError) {
        let settings = ConsoleSettings(format: self.format, colors: self.colors, output: self.output)
        try settings.validate("ConsoleSink.output")
        try StreamSink(
            name: settings.name,
            LineExporter(settings),
            minimumSeverity: self.minimumSeverity,
            sampler: self.sampler,
            processor: self.processor
        ).install(into: &builder)
    }
}
