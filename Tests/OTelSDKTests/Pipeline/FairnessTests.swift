import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Flushing a busy pipeline")
struct FairnessTests {
    /// Takes its time over each batch.
    private final class SlowExporter: SpanExporter {
        let delivered = Mutex(0)

        func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
            _ = Threads.wait(upTo: .milliseconds(4)) { false }
            self.delivered.withLock { $0 += batch.count }
            return .success
        }
    }

    @Test("a flush returns although new spans keep coming as fast as they can be sent", arguments: [true, false])
    func flushUnderLoad(isSimple: Bool) throws {
        let exporter = SlowExporter()
        let processor = isSimple ? RecordProcessor.simple : .batch(maxQueueSize: 4096, maxExportBatchSize: 8)
        let telemetry = try Telemetry(
            Config(
                serviceName: "test",
                sinks: [TraceSink(.custom("slow", exporter), processor: processor)],
                exitTimeout: .zero
            )
        )
        defer { telemetry.shutdownBlocking(timeout: .seconds(1)) }
        let tracer = telemetry.tracer("t")
        let isOver = Atomic(false)
        let reports = Threads.run(2) { thread -> [Bool] in
            if thread == 0 {
                while !isOver.load(ordering: .relaxed) {
                    tracer.startSpan("x", parent: .root).end()
                    _ = Threads.wait(upTo: .milliseconds(isSimple ? 2 : 0)) { isSimple ? false : true }
                    if !isSimple, telemetry.statistics.sinks[0].pending > 200 {
                        _ = Threads.wait(upTo: .milliseconds(1)) { false }
                    }
                }
                return []
            }
            _ = Threads.wait(upTo: .milliseconds(200)) { false }
            let report = telemetry.flushBlocking(timeout: .seconds(20))
            isOver.store(true, ordering: .relaxed)
            return [report.isInTime]
        }
        #expect(reports.flatMap { $0 } == [true])
        #expect(exporter.delivered.withLock { $0 } > 0)
    }
}
