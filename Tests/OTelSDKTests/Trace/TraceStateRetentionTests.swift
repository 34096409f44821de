import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Trace states that many others have displaced")
struct TraceStateRetentionTests {
    private static let state = OTelTraceState("vendor=kept") ?? OTelTraceState()

    private static var remote: OTelSpan {
        OTelSpan(
            OTelSpanContext(
                traceID: OTelTraceID(high: 1, low: 2),
                spanID: OTelSpanID(3),
                traceFlags: .sampled,
                traceState: self.state,
                isRemote: true
            )
        )
    }

    private static func displaceAll() {
        for number in 0...TraceStateRing.capacity {
            if let other = OTelTraceState("n=\(number)") { _ = TraceStateTable.insert(other) }
        }
    }

    // In processes of their own: other tests have trace states, too.

    @Test("a span that is being recorded keeps its own, for its export, its children and other services")
    func recorded() async {
        await #expect(processExitsWith: .success) {
            let recording = try RecordingTelemetry()
            let span = recording.tracer.startSpan("span", parent: OTelContext(span: Self.remote))
            Self.displaceAll()
            #expect(span.context.traceState == Self.state)
            let child = recording.tracer.startSpan("child", parent: OTelContext(span: span))
            #expect(child.context.traceState == Self.state)
            var headers: [String: String] = [:]
            OTel.inject(OTelContext(span: child), into: &headers)
            #expect(headers["tracestate"] == "vendor=kept")
            child.end()
            span.end()
            #expect(recording.spans.map(\.context.traceState) == [Self.state, Self.state])
            #expect(recording.telemetry.statistics.lostTraceStates == 0)
        }
    }

    @Test("a context without a record loses its own, which is counted")
    func carried() async {
        await #expect(processExitsWith: .success) {
            let remote = Self.remote
            #expect(remote.context.traceState == Self.state)
            Self.displaceAll()
            #expect(remote.context.traceState.isEmpty)
            #expect(TraceStateTable.evicted == 1)
        }
    }
}
