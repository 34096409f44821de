import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Delivery")
struct DeliveryTests {
    @Test(
        "every span and log record arrives exactly once",
        .matrix(7, 157, 165),
        arguments: [0, 1, 511, 512, 513, 2048, 10_000]
    )
    func exactlyOnce(count: Int) throws {
        let recording = try RecordingTelemetry(processor: .batch(maxQueueSize: 16_384))
        for index in 0..<count {
            recording.tracer.startSpan("\(index)", parent: .root).end()
            recording.logger.info("\(index)")
        }
        let report = recording.telemetry.shutdownBlocking()
        #expect(report.isInTime)
        #expect(report.isComplete)
        #expect(report.statistics.sinks.map(\.accepted) == [count, count])
        #expect(report.statistics.sinks.map(\.exported) == [count, count])
        #expect(report.statistics.sinks.map(\.pending) == [0, 0])
        let names = recording.spanExporter.spans.compactMap { Int($0.name) }
        #expect(names.sorted() == Array(0..<count))
        let messages = recording.logExporter.records.compactMap { Int($0.body.description) }
        #expect(messages.sorted() == Array(0..<count))
        for sizes in [recording.spanExporter.batchSizes, recording.logExporter.batchSizes] {
            #expect(sizes.allSatisfy { 1...512 ~= $0 })
        }
        #expect(recording.spanExporter.violations + recording.logExporter.violations == 0)
        #expect(recording.spanExporter.shutdowns == 1)
    }

    @Test("a batch has at most as many items as its setting says", arguments: [1, 7, 100])
    func batchSize(limit: Int) throws {
        let recording = try RecordingTelemetry(processor: .batch(maxExportBatchSize: limit))
        for index in 0..<350 { recording.tracer.startSpan("\(index)", parent: .root).end() }
        recording.telemetry.shutdownBlocking()
        let sizes = recording.spanExporter.batchSizes
        #expect(sizes.reduce(0, +) == 350)
        #expect(sizes.allSatisfy { 1...limit ~= $0 })
    }

    @Test("a batch has at most as many bytes as its setting says, and a larger record travels alone")
    func batchBytes() throws {
        var processor = RecordProcessor.batch
        processor.maxBatchBytes = 10_000
        let recording = try RecordingTelemetry(processor: processor)
        let kilobyte = String(repeating: "x", count: 1000)
        for _ in 0..<20 { recording.tracer.startSpan(kilobyte, parent: .root).end() }
        recording.tracer.startSpan(String(repeating: "y", count: 20_000), parent: .root).end()
        recording.tracer.startSpan("small", parent: .root).end()
        recording.telemetry.shutdownBlocking()
        let sizes = recording.spanExporter.batchSizes
        #expect(sizes.reduce(0, +) == 22)
        #expect(sizes.allSatisfy { $0 <= 9 })
        #expect(sizes.contains(1))
    }

    @Test("the scheduled delay sends what waits")
    func scheduledDelay() throws {
        let recording = try RecordingTelemetry(processor: .batch(scheduledDelay: .milliseconds(20)))
        recording.tracer.startSpan("x", parent: .root).end()
        #expect(Threads.wait { recording.spanExporter.spans.count == 1 })
    }

    @Test("a full batch is sent before its time")
    func fullBatch() throws {
        let recording = try RecordingTelemetry(
            processor: .batch(maxExportBatchSize: 10, scheduledDelay: .seconds(3600))
        )
        for _ in 0..<10 { recording.tracer.startSpan("x", parent: .root).end() }
        #expect(Threads.wait { recording.spanExporter.spans.count == 10 })
    }

    @Test("half of the bytes that a queue may hold are sent before their time")
    func fullBytes() throws {
        let recording = try RecordingTelemetry(
            processor: .batch(scheduledDelay: .seconds(3600), maxQueueBytes: 100_000)
        )
        // Far fewer records than a batch has, but most of the bytes that the queue may hold.
        let text = String(repeating: "x", count: 10_000)
        for _ in 0..<8 { recording.logger.info(text) }
        #expect(Threads.wait(upTo: .seconds(2)) { recording.logExporter.records.count >= 4 })
        #expect(recording.logStatistics.dropped.total == 0)
    }

    @Test("the simple processor exports each item at once, one at a time", .matrix(164))
    func simple() throws {
        let recording = try RecordingTelemetry(processor: .simple)
        for index in 0..<50 {
            recording.tracer.startSpan("\(index)", parent: .root).end()
            recording.logger.info("\(index)")
        }
        #expect(Threads.wait { recording.spanExporter.spans.count == 50 && recording.logExporter.records.count == 50 })
        #expect(recording.spanExporter.batchSizes == Array(repeating: 1, count: 50))
        #expect(recording.spanExporter.spans.map(\.name) == (0..<50).map(String.init))
        #expect(recording.logExporter.batchSizes == Array(repeating: 1, count: 50))
    }

    @Test("what an exporter records while it exports is not recorded")
    func suppression() throws {
        let recorder = SelfRecordingExporter()
        let telemetry = try Telemetry(
            Config(serviceName: "test", sinks: [TraceSink(.custom("x", recorder)), LogSink(.custom("y", recorder))])
        )
        recorder.tracer = telemetry.tracer("t")
        recorder.logger = telemetry.logger("l")
        telemetry.tracer("t").startSpan("x", parent: .root).end()
        telemetry.logger("l").info("y")
        telemetry.flushBlocking()
        telemetry.flushBlocking()
        let report = telemetry.shutdownBlocking()
        #expect(report.statistics.sinks.map(\.accepted) == [1, 1])
        #expect(recorder.sawRecording == false)
    }

    @Test("spans from many threads arrive exactly once")
    func deliveryConcurrentSafe() throws {
        let recording = try RecordingTelemetry(processor: .batch(maxQueueSize: 100_000))
        Threads.run(8) { thread in
            for index in 0..<500 {
                recording.tracer.startSpan("\(thread * 500 + index)", parent: .root).end()
                if index % 100 == 0 { recording.telemetry.flushBlocking() }
            }
        }
        #expect(recording.telemetry.shutdownBlocking().isComplete)
        #expect(recording.spanExporter.spans.compactMap { Int($0.name) }.sorted() == Array(0..<4000))
        #expect(recording.spanExporter.violations == 0)
    }
}

/// Records telemetry of its own inside `export`.
private final class SelfRecordingExporter: SpanExporter, LogRecordExporter, @unchecked Sendable {
    // Safety: set before the first record, read on the export threads.
    var tracer: OTelTracer?
    var logger: OTelLogger?
    var sawRecording = false

    func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        self.record()
        return .success
    }

    func export(_ batch: LogRecordBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        self.record()
        return .success
    }

    private func record() {
        let span = self.tracer?.startSpan("export", parent: .root)
        if span?.isRecording == true || self.logger?.isEnabled(.fatal) == true { self.sawRecording = true }
        span?.end()
        self.logger?.fatal("export")
    }
}
