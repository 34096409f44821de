public import OTLPProto
public import OTelAPI
public import OTelSDK

/// A telemetry of a test's own, which keeps its spans and log records in memory and ends with the test.
public final class RecordingTelemetry: Sendable {
    public let telemetry: Telemetry
    public let tracer: OTelTracer
    public let logger: OTelLogger
    public let spanExporter = InMemorySpanExporter()
    public let logExporter = InMemoryLogRecordExporter()

    public init(
        sampler: Sampler = .parentBased(.alwaysOn),
        minimumSeverity: OTelSeverity = .unspecified,
        processor: RecordProcessor = .batch,
        _ configure: (inout Config) -> Void = { _ in }
    ) throws {
        var config = Config(
            serviceName: "test",
            sinks: [
                TraceSink(.custom("spans", self.spanExporter), sampler: sampler, processor: processor),
                LogSink(
                    .custom("logs", self.logExporter),
                    minimumSeverity: minimumSeverity,
                    processor: processor
                ),
            ],
            exitTimeout: .zero
        )
        configure(&config)
        self.telemetry = try Telemetry(config)
        self.tracer = self.telemetry.tracer("test.tracer")
        self.logger = self.telemetry.logger("test.logger")
    }

    deinit {
        self.telemetry.shutdownBlocking(timeout: .seconds(1))
    }

    /// All spans that have ended by now.
    public var spans: [SpanView] {
        self.telemetry.flushBlocking()
        return self.spanExporter.spans
    }

    /// All log records that were emitted by now.
    public var records: [LogRecordView] {
        self.telemetry.flushBlocking()
        return self.logExporter.records
    }

    /// Starts a span, hands it to `body`, ends it, and returns what was exported of it.
    public func record(
        _ name: String = "span",
        attributes: OTelAttributes = [:],
        _ body: (OTelSpan) -> Void = { _ in }
    ) -> SpanView? {
        let span = self.tracer.startSpan(name, parent: .root, attributes: attributes)
        body(span)
        span.end()
        return self.spans.first { $0.context.spanID == span.spanID }
    }

    public var spanStatistics: SinkStatistics { self.telemetry.statistics.sinks[0] }
    public var logStatistics: SinkStatistics { self.telemetry.statistics.sinks[1] }
}
