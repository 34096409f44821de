import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Telemetry in a suppressed context")
struct SuppressedTelemetryTests {
    @Test("spans and log records are discarded, in child tasks and captured contexts too")
    func recorded() async throws {
        let recording = try RecordingTelemetry()
        let record: @Sendable () -> Void = {
            recording.tracer.withSpan("x") { _ in recording.logger.info("x") }
            recording.logger.emit(OTelLogRecord(severity: .info, body: "x"))
        }
        await OTelContext.withoutTelemetry {
            #expect(!recording.tracer.isEnabled)
            #expect(!recording.logger.isEnabled(.fatal))
            record()
            async let child: Void = record()
            await child
            let captured = OTelContext.current
            await Task.detached { OTelContext.withValue(captured) { record() } }.value
        }
        #expect(recording.spans.isEmpty)
        #expect(recording.records.isEmpty)
        record()
        #expect(recording.tracer.isEnabled)
        #expect(recording.spans.count == 1)
        #expect(recording.records.count == 2)
    }

    @Test("what was lost there is not counted as accepted, and a span given explicitly keeps the suppression")
    func accounting() throws {
        let recording = try RecordingTelemetry()
        let suppressed = OTelContext(span: recording.tracer.startSpan("parent")).suppressingTelemetry()
        let child = recording.tracer.startSpan("child", parent: suppressed)
        #expect(!child.isRecording)
        #expect(child.context == suppressed.span.context)
        child.end()
        recording.telemetry.flushBlocking()
        #expect(recording.spanStatistics.accepted == 0)
    }

    @Test("measurements are discarded")
    func measurements() throws {
        let harness = try MetricsHarness()
        let counter = harness.meter().counter("c")
        let bound = counter.bound(["k": "v"])
        OTelContext.withoutTelemetry {
            counter.add(1)
            counter.add(2, ["a": 1])
            bound.add(4)
        }
        counter.add(8)
        #expect(try harness.collect().numbers("c") == [[:]: .int(8)])
    }
}
