public import OTLPProto
public import OTelAPI

/// A destination that shows spans, as they begin and end, and log records as one stream: consoles and live views.
public struct StreamSink: Sink {
    /// Where the stream goes.
    public var exporter: any StreamExporter
    /// What the sink is called in reports and statistics.
    public var name: String
    /// Log records below are not taken.
    public var minimumSeverity: OTelSeverity
    /// Which spans are shown.
    public var sampler: Sampler
    /// How items get there.
    ///
    /// Default: within 100 ms.
    public var processor: RecordProcessor

    /// A sink; it is checked when telemetry starts.
    public init(
        name: String,
        _ exporter: any StreamExporter,
        minimumSeverity: OTelSeverity = .unspecified,
        sampler: Sampler = .parentBased(.alwaysOn),
        processor: RecordProcessor = .batch(maxExportBatchSize: 256, scheduledDelay: .milliseconds(100))
    ) {
        self.name = name
        self.exporter = exporter
        self.minimumSeverity = minimumSeverity
        self.sampler = sampler
        self.processor = processor
    }

    /// Adds the sink's pipeline.
    public func install(into builder: inout TelemetryBuilder) throws(ConfigError) {
        try builder.checkRoomForTraces()
        try self.sampler.validate("\(self.name).sampler")
        let exporter = self.exporter
        let pipeline = RecordPipeline(
            name: self.name,
            signal: nil,
            processor: try self.processor.resolved(for: self.name, defaultDelay: .milliseconds(100)),
            resource: builder.resource,
            scopes: builder.scopes,
            exporter: exporter,
            export: { batch, deadline throws(ExportError) in
                try exporter.export(StreamBatch(batch), by: deadline)
            }
        )
        builder.addTraces(TraceRoute(sampler: self.sampler, pipeline: pipeline, includesStarts: true, filter: nil))
        builder.addLogs(LogRoute(minimumSeverity: self.minimumSeverity, pipeline: pipeline))
    }
}

/// Shows a mixed stream of telemetry somewhere.
public protocol StreamExporter: Exporter {
    /// Shows a batch and returns by `deadline`.
    func export(_ batch: StreamBatch, by deadline: Deadline) throws(ExportError) -> ExportResult
}

/// Spans and log records of one resource in the order in which they happened, as far as they were collected together.
public struct StreamBatch: Sendable {
    /// One item of the stream.
    public enum Item: Sendable {
        /// A span has begun; it has no end time yet.
        case spanStart(SpanView)
        /// A span has ended.
        case spanEnd(SpanView)
        /// A log record.
        case logRecord(LogRecordView)
    }

    package let records: RecordBatch

    package init(_ records: RecordBatch) {
        self.records = records
    }

    /// How many items.
    public var count: Int { self.records.itemCount }

    /// The items by time.
    public var items: [Item] {
        self.records.views.map(Self.item).sorted { $0.time < $1.time }.map(\.item)
    }

    private static func item(_ view: RecordView) -> (time: UInt64, item: Item) {
        switch view.kind {
        case .spanStart:
            let span = SpanView(view)
            return (span.startTime.unixNanoseconds, .spanStart(span))
        case .logRecord, .metric:
            let record = LogRecordView(view)
            return ((record.timestamp ?? record.observedTimestamp).unixNanoseconds, .logRecord(record))
        case .span:
            let span = SpanView(view)
            return ((span.endTime ?? span.startTime).unixNanoseconds, .spanEnd(span))
        }
    }
}
