import OTLPHTTPExporter
import OTelAPI
import OTelSDK
import Testing

extension Telemetry {
    /// Spans and log records to a collector, sent when a batch is full, at a flush, and at shutdown.
    static func sending(
        to collector: Collector,
        compression: OTLPHTTPExporter.Compression = .none,
        timeout: Duration = .seconds(10),
        queue: Int = 16_384,
        delay: Duration = .seconds(60),
        _ configure: (inout Config) -> Void = { _ in }
    ) throws -> Telemetry {
        let processor = RecordProcessor.batch(maxQueueSize: queue, scheduledDelay: delay)
        let endpoint = collector.endpoint
        var config = Config(
            serviceName: "integration",
            sinks: [
                TraceSink(
                    .otlpHTTP(endpoint: endpoint, compression: compression, timeout: timeout),
                    processor: processor
                ),
                LogSink(
                    .otlpHTTP(endpoint: endpoint, compression: compression, timeout: timeout),
                    processor: processor
                ),
            ],
            exitTimeout: .zero
        )
        configure(&config)
        return try Telemetry(config)
    }

    /// Records `count` spans and as many log records, named by `prefix` and their numbers.
    func record(_ prefix: String, _ count: Int, spans: Bool = true, logs: Bool = true) {
        let tracer = self.tracer("delivery")
        let logger = self.logger("delivery")
        for index in 0..<count {
            if spans { tracer.startSpan("\(prefix)-\(index)", attributes: ["index": .int(index)]).end() }
            if logs { logger.info("\(prefix)-\(index)") }
        }
    }
}

/// The names that `Telemetry.record` gives.
func names(_ prefix: String, _ count: Int) -> Set<String> {
    Set((0..<count).map { "\(prefix)-\($0)" })
}

/// Checks that each of `count` items has met one end.
func expectSettled(
    _ sink: SinkStatistics,
    accepted count: Int,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(sink.accepted == count, "\(sink)", sourceLocation: sourceLocation)
    #expect(sink.pending == 0, "\(sink)", sourceLocation: sourceLocation)
    #expect(
        sink.accepted == sink.exported + sink.rejected + sink.dropped.total,
        "\(sink)",
        sourceLocation: sourceLocation
    )
}

/// The result of `body` and how long it took.
func timed<Result>(_ body: () throws -> Result) rethrows -> (result: Result, duration: Duration) {
    let start = ContinuousClock.now
    let result = try body()
    return (result, start.duration(to: .now))
}
