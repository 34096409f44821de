package import OTLPProto
package import OTelAPI
package import OTelSDK

/// A telemetry of a test's own, which keeps its spans and log records in memory and ends with the test.
package final class RecordingTelemetry: Sendable {
    package let telemetry: Telemetry
    package let tracer: OTelTracer
    package let logger: OTelLogger
    package let spanExporter = InMemorySpanExporter()
    package let logExporter = InMemoryLogRecordExporter()

    package init(
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
    package var spans: [SpanView] {
        self.telemetry.flushBlocking()
        return self.spanExporter.spans
    }

    /// All log records that were emitted by now.
    package var records: [LogRecordView] {
        self.telemetry.flushBlocking()
        return self.logExporter.records
    }

    /// Starts a span, hands it to `body`, ends it, and returns what was exported of it.
    package func record(
        _ name: String = "span",
        attributes: OTelAttributes = [:],
        _ body: (OTelSpan) -> Void = { _ in }
    ) -> SpanView? {
        let span = self.tracer.startSpan(name, parent: .root, attributes: attributes)
        body(span)
        span.end()
        return self.spans.first { $0.context.spanID == span.spanID }
    }

    package var spanStatistics: SinkStatistics { self.telemetry.statistics.sinks[0] }
    package var logStatistics: SinkStatistics { self.telemetry.statistics.sinks[1] }
}
