public import OTLPProto

/// A destination for spans, with a sampler of its own.
public struct TraceSink: Sink {
    /// Where spans go.
    public var exporter: SpanExporterFactory
    /// Which spans go there.
    ///
    /// Default: all, unless the caller of a request decided against its trace.
    public var sampler: Sampler
    /// Which of them are sent when they have ended; nil, the default, sends all.
    ///
    /// Called on the thread that ends the span, after the processors of `Config.spanProcessors`; must be quick. Spans
    /// that it answers false for count as filtered.
    public var filter: (@Sendable (SpanView) -> Bool)?
    /// How they get there.
    public var processor: RecordProcessor

    /// A sink; it is checked when telemetry starts.
    public init(
        _ exporter: SpanExporterFactory,
        sampler: Sampler = .parentBased(.alwaysOn),
        filter: (@Sendable (SpanView) -> Bool)? = nil,
        processor: RecordProcessor = .batch
    ) {
        self.exporter = exporter
        self.sampler = sampler
        self.filter = filter
        self.processor = processor
    }

    /// Adds the sink's pipeline.
    public func install(into builder: inout TelemetryBuilder) throws(ConfigError) {
        try builder.checkRoomForTraces()
        try self.sampler.validate("TraceSink.sampler")
        let processor = try self.processor.resolved(for: "TraceSink", defaultDelay: .seconds(5))
        let exporter = try self.exporter.make()
        let pipeline = RecordPipeline(
            name: self.exporter.name,
            signal: .traces,
            processor: processor,
            resource: builder.resource,
            scopes: builder.scopes,
            exporter: exporter,
            export: { batch, deadline throws(ExportError) in
                try exporter.export(SpanBatch(batch), by: deadline)
            }
        )
        builder.addTraces(
            TraceRoute(sampler: self.sampler, pipeline: pipeline, includesStarts: false, filter: self.filter)
        )
    }
}
