import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Parents from the context")
struct ContextParentTests {
    @Test(
        "a span is the child of an attached one, on the thread that attached it alone",
        .matrix(9, 10, 13, 14, 183, 184)
    )
    func attached() throws {
        let recording = try RecordingTelemetry()
        let parent = recording.tracer.startSpan("parent")
        let token = OTelContext(span: parent).attach()
        recording.tracer.startSpan("child").end()
        recording.tracer.withSpan("outer child") { outer in
            #expect(OTelSpan.current == outer)
            recording.tracer.startSpan("grandchild").end()
        }
        Threads.run(1) { _ in recording.tracer.startSpan("elsewhere").end() }
        #expect(token.detach())
        recording.tracer.startSpan("after").end()
        parent.end()

        let spans = Dictionary(uniqueKeysWithValues: recording.spans.map { ($0.name, $0) })
        #expect(spans["child"]?.parentSpanID == parent.spanID)
        #expect(spans["outer child"]?.parentSpanID == parent.spanID)
        #expect(spans["grandchild"]?.parentSpanID == spans["outer child"]?.context.spanID)
        #expect(spans["elsewhere"]?.parentSpanID == nil)
        #expect(spans["after"]?.parentSpanID == nil)
    }

    @Test("no span is recorded in a suppressed context, whoever asks for one; ids are passed on")
    func suppressed() async throws {
        let recording = try RecordingTelemetry()
        await recording.tracer.withSpan("outer") { outer in
            await OTelContext.withoutTelemetry {
                let span = recording.tracer.startSpan("inner")
                #expect(!span.isRecording && span == outer)
                await recording.tracer.withSpan("inner") { inner in
                    #expect(!inner.isRecording && OTelSpan.current == outer)
                    async let child = recording.tracer.startSpan("inner").isRecording
                    #expect(!(await child))
                }
                let context = OTelContext.current.with(OTelBaggage())
                #expect(!recording.tracer.startSpan("inner", parent: context).isRecording)
                outer.setAttribute("late", true)
            }
            recording.tracer.startSpan("after").end()
        }
        OTelContext.withoutTelemetry {
            #expect(recording.tracer.startSpan("root") == .invalid)
            recording.tracer.withSpan("root") { #expect(!$0.isRecording) }
            recording.tracer.startSpan("new trace", parent: .root).end()
        }
        let spans = recording.spans
        #expect(spans.map(\.name) == ["after", "outer", "new trace"])
        #expect(spans.first { $0.name == "outer" }?.attributes == ["late": true])
    }
}
