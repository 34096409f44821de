import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Telemetry inside of a processor's calls")
struct SpanCallbackTests {
    enum Call: CaseIterable, Sendable { case start, ending, end }

    @Test("spans are not recorded and carry their parent's context, logs are recorded", arguments: Call.allCases)
    func noRecursion(during call: Call) throws {
        let handles = Box<(tracer: OTelTracer, logger: OTelLogger)?>(nil)
        let inside = Box<[(isEnabled: Bool, span: OTelSpan)]>([])
        let parent = OTelSpan(
            OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1), isRemote: true)
        )
        let body: @Sendable () -> Void = {
            guard let (tracer, logger) = handles.value else { return }
            let span = tracer.startSpan("inside", parent: OTelContext(span: parent))
            inside.update { $0.append((tracer.isEnabled, span)) }
            tracer.withSpan("inside") { $0.setAttribute("a", 1) }
            span.end()
            logger.info("logged")
        }
        let processor = ScriptedProcessor { script in
            switch call {
            case .start: script.onStart = { _, _ in body() }
            case .ending: script.onEnding = { _ in body() }
            case .end: script.onEnd = { _ in body() }
            }
        }
        let recording = try RecordingTelemetry { $0.spanProcessors = [processor] }
        handles.value = (recording.tracer, recording.logger)
        recording.tracer.startSpan("outside", parent: .root).end()
        recording.tracer.startSpan("outside", parent: .root).end()
        #expect(inside.value.map(\.isEnabled) == [false, false])
        #expect(inside.value.allSatisfy { !$0.span.isRecording && $0.span.context == parent.context })
        #expect(recording.spans.map(\.name) == ["outside", "outside"])
        #expect(processor.ended.count == 2)
        #expect(recording.records.map(\.body) == ["logged", "logged"])
        #expect(recording.tracer.isEnabled)
    }
}
