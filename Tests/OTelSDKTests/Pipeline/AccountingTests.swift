import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Accounting")
struct AccountingTests {
    @Test("what waits, and what is being exported, is pending")
    func pending() throws {
        let gate = GatedExporter()
        let telemetry = try Self.telemetry(gate)
        let tracer = telemetry.tracer("t")
        for _ in 0..<10 { tracer.startSpan("x", parent: .root).end() }
        #expect(telemetry.statistics.sinks[0].pending == 10)
        #expect(!telemetry.flushBlocking(timeout: .milliseconds(20)).isInTime)
        #expect(gate.waitUntilBlocked())
        tracer.startSpan("x", parent: .root).end()
        let blocked = telemetry.statistics.sinks[0]
        #expect(blocked.accepted == 11)
        #expect(blocked.pending == 11)
        gate.open()
        #expect(telemetry.flushBlocking().isComplete)
        #expect(telemetry.statistics.sinks[0].pending == 0)
        telemetry.shutdownBlocking()
    }

    @Test("beyond the queue's size new items are dropped and counted; what is held stays", arguments: [1, 5, 2048])
    func queueFull(size: Int) throws {
        let gate = GatedExporter()
        let telemetry = try Self.telemetry(gate, .batch(maxQueueSize: size, scheduledDelay: .seconds(3600)))
        let tracer = telemetry.tracer("t")
        for _ in 0..<size + 7 { tracer.startSpan("x", parent: .root).end() }
        let full = telemetry.statistics.sinks[0]
        #expect(full.accepted == size + 7)
        #expect(full.dropped.queueFull == 7)
        #expect(full.dropped.total == 7)
        #expect(full.pending == size)
        gate.open()
        let report = telemetry.shutdownBlocking()
        #expect(report.isInTime && !report.isComplete)
        #expect(report.statistics.sinks[0].exported == size)
        #expect(gate.observed.delivered.reduce(0, +) == size)
    }

    @Test("beyond the queue's bytes new items are dropped and counted")
    func byteBound() throws {
        let gate = GatedExporter()
        let processor = RecordProcessor.batch(scheduledDelay: .seconds(3600), maxQueueBytes: 100_000)
        let sink = LogSink(.custom("logs", gate), processor: processor)
        let telemetry = try Telemetry(Config(serviceName: "test", sinks: [sink], exitTimeout: .zero))
        let logger = telemetry.logger("l")
        let text = String(repeating: "x", count: 10_000)
        for _ in 0..<20 { logger.info(text) }
        let statistics = telemetry.statistics.sinks[0]
        #expect(statistics.accepted == 20)
        #expect(statistics.pending == 9)
        #expect(statistics.dropped.queueFull == 11)
        gate.open()
        #expect(telemetry.flushBlocking().isInTime)
        logger.info(text)
        let report = telemetry.shutdownBlocking()
        #expect(report.statistics.sinks[0].exported == 10)
        #expect(report.statistics.sinks[0].dropped.queueFull == 11)
    }

    @Test("an item larger than the queue, or than a record may be, is dropped as too large")
    func tooLarge() throws {
        let recording = try RecordingTelemetry(processor: .batch(maxQueueBytes: 4096)) {
            $0.logRecordLimits.encodedBytes = 8192
        }
        recording.logger.info(String(repeating: "x", count: 5_000))
        recording.logger.info(String(repeating: "x", count: 10_000))
        recording.logger.info("small")
        let report = recording.telemetry.shutdownBlocking()
        #expect(report.statistics.sinks[1].accepted == 3)
        #expect(report.statistics.sinks[1].dropped.tooLarge == 2)
        #expect(report.statistics.sinks[1].exported == 1)
    }

    @Test(
        "a failed export is counted by its reason",
        .matrix(242),
        arguments: [
            (code: .rejected, rejected: 3, retriesExhausted: 0, tooLarge: 0, afterShutdown: 0),
            (code: .unavailable, rejected: 0, retriesExhausted: 3, tooLarge: 0, afterShutdown: 0),
            (code: .tooLarge, rejected: 0, retriesExhausted: 0, tooLarge: 3, afterShutdown: 0),
            (code: .cancelled, rejected: 0, retriesExhausted: 0, tooLarge: 0, afterShutdown: 3),
        ] as [(code: ExportError.Code, rejected: Int, retriesExhausted: Int, tooLarge: Int, afterShutdown: Int)]
    )
    func failures(
        code: ExportError.Code,
        rejected: Int,
        retriesExhausted: Int,
        tooLarge: Int,
        afterShutdown: Int
    ) throws {
        let exporter = InMemorySpanExporter { batch, _ in
            batch == 0 ? .failure(ExportError(code, "no")) : .success(.success)
        }
        let telemetry = try Telemetry(Config(serviceName: "test", sinks: [TraceSink(.custom("x", exporter))]))
        for _ in 0..<3 { telemetry.tracer("t").startSpan("x", parent: .root).end() }
        let report = telemetry.flushBlocking()
        #expect(report.isInTime && !report.isComplete)
        let statistics = report.statistics.sinks[0]
        #expect(statistics.rejected == rejected)
        #expect(statistics.dropped.retriesExhausted == retriesExhausted)
        #expect(statistics.dropped.tooLarge == tooLarge)
        #expect(statistics.dropped.afterShutdown == afterShutdown)
        #expect(statistics.pending == 0)
        telemetry.tracer("t").startSpan("x", parent: .root).end()
        #expect(telemetry.shutdownBlocking().statistics.sinks[0].exported == 1)
    }

    @Test(
        "partial success is counted, and nonsense from a receiver does no harm",
        arguments: [
            (rejected: 0, exported: 5, counted: 0), (rejected: 2, exported: 3, counted: 2),
            (rejected: 5, exported: 0, counted: 5), (rejected: 6, exported: 0, counted: 5),
            (rejected: -1, exported: 5, counted: 0), (rejected: .max, exported: 0, counted: 5),
            (rejected: .min, exported: 5, counted: 0),
        ]
    )
    func partialSuccess(rejected: Int, exported: Int, counted: Int) throws {
        let exporter = InMemorySpanExporter { _, _ in .success(ExportResult(rejected: rejected, message: "some")) }
        let telemetry = try Telemetry(Config(serviceName: "test", sinks: [TraceSink(.custom("x", exporter))]))
        for _ in 0..<5 { telemetry.tracer("t").startSpan("x", parent: .root).end() }
        let statistics = telemetry.shutdownBlocking().statistics.sinks[0]
        #expect(statistics.exported == exported)
        #expect(statistics.rejected == counted)
        #expect(statistics.pending == 0)
    }

    @Test("the sums hold at every moment, under load, with failures and a full queue")
    func invariantConcurrentSafe() throws {
        let exporter = InMemorySpanExporter { batch, count in
            switch batch % 4 {
            case 0: .success(ExportResult(rejected: count / 2))
            case 1: .failure(ExportError(.unavailable, "no"))
            default: .success(.success)
            }
        }
        let telemetry = try Telemetry(
            Config(
                serviceName: "test",
                sinks: [
                    TraceSink(.custom("x", exporter), processor: .batch(maxQueueSize: 64, maxExportBatchSize: 16))
                ]
            )
        )
        let tracer = telemetry.tracer("t")
        let observed = Threads.run(4) { thread -> [SinkStatistics] in
            var seen: [SinkStatistics] = []
            for index in 0..<4_000 {
                if thread == 3 {
                    seen.append(telemetry.statistics.sinks[0])
                } else {
                    tracer.startSpan("x", parent: .root).end()
                }
                if index % 1000 == 0 { telemetry.flushBlocking() }
            }
            return seen
        }.flatMap { $0 }
        #expect(observed.count == 4_000)
        #expect(observed.allSatisfy { $0.pending >= 0 && $0.accepted <= 12_000 })
        for (earlier, later) in zip(observed, observed.dropFirst()) {
            #expect(earlier.accepted <= later.accepted && earlier.exported <= later.exported)
            #expect(earlier.rejected <= later.rejected && earlier.dropped.total <= later.dropped.total)
        }
        let end = telemetry.shutdownBlocking().statistics.sinks[0]
        #expect(end.accepted == 12_000)
        #expect(end.pending == 0)
        #expect(end.exported + end.rejected + end.dropped.total == 12_000)
        let offered = exporter.batchSizes.reduce(0, +)
        #expect(offered == end.exported + end.rejected + end.dropped.retriesExhausted)
        #expect(12_000 - offered == end.dropped.queueFull)
    }

    @Test("statistics read well")
    func description() throws {
        let recording = try RecordingTelemetry()
        recording.tracer.startSpan("x", parent: .root).end()
        let report = recording.telemetry.shutdownBlocking()
        let lines = report.description.split(separator: "\n")
        #expect(lines.first == "complete")
        #expect(lines.dropFirst().first?.hasPrefix("spans: accepted 1, exported 1, rejected 0, dropped 0 (") == true)
    }

    private static func telemetry(
        _ exporter: GatedExporter,
        _ processor: RecordProcessor = .batch(scheduledDelay: .seconds(3600))
    ) throws -> Telemetry {
        let sink = TraceSink(.custom("spans", exporter), processor: processor)
        return try Telemetry(Config(serviceName: "test", sinks: [sink], exitTimeout: .zero))
    }
}
