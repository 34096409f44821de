import OTLPProto
public import OTelAPI

/// A destination for log records.
public struct LogSink: Sink {
    /// Where log records go.
    public var exporter: LogRecordExporterFactory
    /// Records below are not taken; records without a severity always are.
    ///
    /// Default: everything is taken.
    public var minimumSeverity: OTelSeverity
    /// How they get there.
    public var processor: RecordProcessor

    /// A sink; it is checked when telemetry starts.
    public init(
        _ exporter: LogRecordExporterFactory,
        minimumSeverity: OTelSeverity = .unspecified,
        processor: RecordProcessor = .batch
    ) {
        self.exporter = exporter
        self.minimumSeverity = minimumSeverity
        self.processor = processor
    }

    /// Adds the sink's pipeline.
    public func install(into builder: inout TelemetryBuilder) throws(ConfigError) {
        let processor = try self.processor.resolved(for: "LogSink", defaultDelay: .seconds(1))
        let exporter = try self.exporter.make()
        let pipeline = RecordPipeline(
            name: self.exporter.name,
            signal: .logs,
            processor: processor,
            resource: builder.resource,
            scopes: builder.scopes,
            exporter: exporter,
            export: { batch, deadline throws(ExportError) in
                try exporter.export(LogRecordBatch(batch), by: deadline)
            }
        )
        builder.addLogs(LogRoute(minimumSeverity: self.minimumSeverity, pipeline: pipeline))
    }
}
