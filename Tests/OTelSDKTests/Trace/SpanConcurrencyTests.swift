import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Spans on many threads")
struct SpanConcurrencyTests {
    @Test("one span takes calls from many threads and loses none", .matrix(32, 50))
    func oneSpanConcurrentSafe() throws {
        let recording = try RecordingTelemetry {
            $0.spanLimits.attributes = 1000
            $0.spanLimits.events = 2000
            $0.spanLimits.links = 2000
        }
        let span = recording.tracer.startSpan("x", parent: .root)
        let context = OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1))
        Threads.run(4) { thread in
            for index in 0..<200 {
                span.setAttribute("\(thread).\(index)", .int(index))
                span.setAttribute("shared", .int(index))
                span.addEvent("\(thread).\(index)")
                span.addLink(context, ["n": .int(index)])
                span.setStatus(.error("\(thread)"))
                span.updateName("\(thread)")
            }
        }
        span.end()
        let exported = try #require(recording.spans.first)
        #expect(exported.attributes.count == 801)
        #expect(exported.attributes["shared"] == 199)
        #expect(exported.events.count == 800)
        for thread in 0..<4 {
            let mine = exported.events.filter { $0.name.hasPrefix("\(thread).") }
            #expect(mine.map(\.name) == (0..<200).map { "\(thread).\($0)" })
        }
        #expect(exported.links.count == 800)
        #expect((0..<4).map { "\($0)" }.contains(exported.name))
        #expect(exported.droppedAttributeCount + exported.droppedEventCount + exported.droppedLinkCount == 0)
    }

    @Test("the end on one of many threads is the end for all, and counts once")
    func endConcurrentSafe() throws {
        let recording = try RecordingTelemetry()
        for _ in 0..<50 {
            let span = recording.tracer.startSpan("x", parent: .root)
            Threads.run(4) { thread in
                span.setAttribute("a", thread)
                span.end()
                span.setAttribute("late", thread)
            }
        }
        #expect(recording.spans.count == 50)
        #expect(recording.spanStatistics.accepted == 50)
    }

    @Test("one tracer starts spans on many threads", .matrix(6, 15))
    func tracerConcurrentSafe() throws {
        let recording = try RecordingTelemetry(processor: .batch(maxQueueSize: 100_000))
        Threads.run(6) { thread in
            for index in 0..<500 {
                let tracer = index % 2 == 0 ? recording.tracer : recording.telemetry.tracer("lib.\(thread)")
                tracer.withSpan("\(thread)", parent: .root) { parent in
                    tracer.startSpan("child").end()
                }
            }
        }
        let spans = recording.spans
        #expect(spans.count == 6000)
        #expect(Set(spans.map(\.context.spanID)).count == 6000)
        let byID = Dictionary(spans.map { ($0.context.spanID, $0) }, uniquingKeysWith: { first, _ in first })
        for child in spans where child.name == "child" {
            let parent = child.parentSpanID.flatMap { byID[$0] }
            #expect(parent?.context.traceID == child.context.traceID)
        }
        #expect(spans.filter { $0.name == "child" }.count == 3000)
    }

    @Test("a span may end on another thread than it started on")
    func otherThread() throws {
        let recording = try RecordingTelemetry()
        let started = Threads.run(10) { index in recording.tracer.startSpan("\(index)", parent: .root) }
        Threads.run(10) { index in
            started[index].setAttribute("ended on", index)
            started[index].end()
        }
        let spans = recording.spans
        #expect(Set(spans.map(\.name)) == Set((0..<10).map(String.init)))
        #expect(spans.allSatisfy { $0.attributes["ended on"].map(\.description) == $0.name })
    }

    @Test("touching a span inside its own batch writer gives up instead of hanging")
    func reentrantWriter() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record { span in
            span.setAttributes {
                $0.set("outer", 1)
                span.setAttribute("inner", 2)
            }
        }
        #expect(span?.attributes == ["outer": 1])
    }
}
