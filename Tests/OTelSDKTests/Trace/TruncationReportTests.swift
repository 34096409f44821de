import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Reports of what limits cut off")
struct TruncationReportTests {
    /// In a process of its own: the stream of diagnostics belongs to the process.
    @Test("many spans that exceed a limit are one message with their number")
    func oneMessage() async {
        await #expect(processExitsWith: .success) {
            let messages = Box<[String]>([])
            Diagnostics.setHandler { diagnostic in messages.update { $0.append(diagnostic.message) } }
            let recording = try RecordingTelemetry {
                $0.spanLimits.attributes = 2
                $0.spanLimits.events = 0
                $0.spanLimits.links = 0
            }
            let context = OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1))
            for number in 0..<300 {
                let span = recording.tracer.startSpan("x", parent: .root)
                switch number % 3 {
                case 0: for key in 0..<10 { span.setAttribute(OTelAttributeKey("k\(key)"), key) }
                case 1: for _ in 0..<5 { span.addEvent("e") }
                default: for _ in 0..<5 { span.addLink(context) }
                }
                span.end()
            }
            recording.tracer.startSpan("within limits", parent: .root, attributes: ["a": 1]).end()
            #expect(recording.spans.count == 301)
            #expect(messages.value.count == 1)
            #expect(messages.value.first?.contains("300 items so far lost attributes, events or links") == true)
            recording.tracer.startSpan("x", parent: .root, attributes: ["a": 1, "b": 2, "c": 3]).end()
            #expect(recording.spans.count == 302)
            #expect(messages.value.count == 1)
        }
    }
}
