import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Creating spans")
struct SpanCreationTests {
    @Test("a root span has new ids, no parent, and is sampled and random", .matrix(1, 2, 11, 19, 20))
    func root() throws {
        let recording = try RecordingTelemetry()
        let span = try #require(recording.record("work"))
        #expect(span.name == "work")
        #expect(span.kind == .internal)
        #expect(span.context.isValid)
        #expect(span.context.traceFlags == [.sampled, .random])
        #expect(span.parentSpanID == nil)
        #expect(!span.parentIsRemote)
        #expect(span.status == .unset)
        #expect(span.attributes.isEmpty)
        #expect(span.events.isEmpty)
        #expect(span.links.isEmpty)
        #expect(span.droppedAttributeCount + span.droppedEventCount + span.droppedLinkCount == 0)
        #expect(span.resource["service.name"] == "test")
    }

    @Test("ids of roots differ from each other in every part")
    func uniqueIDs() throws {
        let recording = try RecordingTelemetry()
        let spans = (0..<1000).map { _ in recording.tracer.startSpan("x", parent: .root) }
        #expect(Set(spans.map(\.spanID)).count == 1000)
        #expect(Set(spans.map(\.traceID.high)).count == 1000)
        #expect(Set(spans.map(\.traceID.low)).count == 1000)
        // Each of the 128 bits is set in some of a thousand random ids and clear in others.
        #expect(spans.reduce(0) { $0 | $1.traceID.high } == UInt64.max)
        #expect(spans.reduce(0) { $0 | $1.traceID.low } == UInt64.max)
        #expect(spans.reduce(UInt64.max) { $0 & $1.traceID.high } == 0)
        #expect(spans.reduce(UInt64.max) { $0 & $1.traceID.low } == 0)
        for span in spans { span.end() }
    }

    @Test("the kind is exported as given", arguments: OTelSpanKind.allCases)
    func kind(_ kind: OTelSpanKind) throws {
        let recording = try RecordingTelemetry()
        recording.tracer.startSpan("x", kind: kind).end()
        #expect(recording.spans.map(\.kind) == [kind])
    }

    @Test("the current span is the parent by default", .matrix(9, 10, 13, 14, 21))
    func currentParent() throws {
        let recording = try RecordingTelemetry()
        let outer = recording.tracer.startSpan("outer", parent: .root)
        let inner = OTelContext.withValue(OTelContext(span: outer)) {
            #expect(OTelSpan.current == outer)
            return recording.tracer.startSpan("inner")
        }
        #expect(OTelSpan.current != outer)
        inner.end()
        outer.end()
        let child = try #require(recording.spans.first { $0.name == "inner" })
        #expect(child.context.traceID == outer.traceID)
        #expect(child.parentSpanID == outer.spanID)
        #expect(child.context.spanID != outer.spanID)
        #expect(!child.context.isRemote)
    }

    @Test("starting a span does not make it current")
    func startIsNotCurrent() throws {
        let recording = try RecordingTelemetry()
        let before = OTelSpan.current
        let span = recording.tracer.startSpan("x")
        #expect(OTelSpan.current == before)
        span.end()
    }

    @Test("a context given as parent wins over the current one", .matrix(22, 23))
    func contextParent() throws {
        // The parent is a whole context: there is no form that takes a span or a span context.
        let start:
            (OTelTracer) -> (String, OTelSpanKind, OTelContext?, OTelAttributes, [OTelLink], OTelTimestamp?)
                -> OTelSpan = OTelTracer.startSpan
        let recording = try RecordingTelemetry()
        let current = recording.tracer.startSpan("current", parent: .root)
        let given = recording.tracer.startSpan("given", parent: .root)
        let child = OTelContext.withValue(OTelContext(span: current)) {
            start(recording.tracer)("child", .internal, OTelContext(span: given), [:], [], nil)
        }
        for span in [child, given, current] { span.end() }
        #expect(recording.spans.first { $0.name == "child" }?.parentSpanID == given.spanID)
    }

    @Test("the root context starts a new trace even inside a span")
    func explicitRoot() throws {
        let recording = try RecordingTelemetry()
        recording.tracer.withSpan("outer") { outer in
            let root = recording.tracer.startSpan("root", parent: .root)
            #expect(root.traceID != outer.traceID)
            root.end()
        }
        #expect(recording.spans.first { $0.name == "root" }.map { $0.parentSpanID == nil } == true)
    }

    @Test("an ended span can still be a parent")
    func endedParent() throws {
        let recording = try RecordingTelemetry()
        let parent = recording.tracer.startSpan("parent", parent: .root)
        parent.end()
        let child = recording.tracer.startSpan("child", parent: OTelContext(span: parent))
        #expect(child.isRecording)
        child.end()
        #expect(recording.spans.last?.parentSpanID == parent.spanID)
        #expect(recording.spans.last?.context.traceID == parent.traceID)
    }

    @Test(
        "a span exports its parent's flags for randomness and remoteness",
        arguments: [
            (remote: false, flags: OTelTraceFlags.sampled, expected: OTelTraceFlags.sampled),
            (remote: true, flags: .sampled, expected: .sampled),
            (remote: true, flags: [.sampled, .random], expected: [.sampled, .random]),
            (remote: false, flags: [.sampled, .random], expected: [.sampled, .random]),
        ] as [(remote: Bool, flags: OTelTraceFlags, expected: OTelTraceFlags)]
    )
    func parentFlags(remote: Bool, flags: OTelTraceFlags, expected: OTelTraceFlags) throws {
        let recording = try RecordingTelemetry()
        let parent = OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 2),
            spanID: OTelSpanID(3),
            traceFlags: flags,
            isRemote: remote
        )
        let span = recording.tracer.startSpan("x", parent: OTelContext(span: OTelSpan(parent)))
        #expect(!span.context.isRemote)
        span.end()
        let exported = try #require(recording.spans.first)
        #expect(exported.context.traceID == parent.traceID)
        #expect(exported.parentSpanID == parent.spanID)
        #expect(exported.context.traceFlags == expected)
        #expect(exported.parentIsRemote == remote)
        let raw = recording.rawFlags.first
        #expect(raw == UInt32(expected.rawValue) | 0x100 | (remote ? 0x200 : 0))
    }

    @Test("a child inherits the trace state", arguments: ["", "a=1", "vendor@sys=x,ot=th:0"])
    func traceState(_ header: String) throws {
        let recording = try RecordingTelemetry()
        let parent = OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 2),
            spanID: OTelSpanID(3),
            traceFlags: .sampled,
            traceState: OTelTraceState(validHeader: header),
            isRemote: true
        )
        let child = recording.tracer.startSpan("child", parent: OTelContext(span: OTelSpan(parent)))
        let grandchild = recording.tracer.startSpan("grandchild", parent: OTelContext(span: child))
        #expect(grandchild.context.traceState.header == header)
        grandchild.end()
        child.end()
        #expect(recording.spans.map(\.context.traceState.header) == [header, header])
    }

    @Test("times given by the caller are exported as they are, also in the wrong order", .matrix(26, 28))
    func times() throws {
        let recording = try RecordingTelemetry()
        let span = recording.tracer.startSpan("x", startTime: OTelTimestamp(unixNanoseconds: 2_000))
        span.end(at: OTelTimestamp(unixNanoseconds: 1_000))
        let exported = try #require(recording.spans.first)
        #expect(exported.startTime.unixNanoseconds == 2_000)
        #expect(exported.endTime?.unixNanoseconds == 1_000)
    }

    @Test("times by default are the present, and the end is not before the start")
    func defaultTimes() throws {
        let recording = try RecordingTelemetry()
        let before = OTelTimestamp.now.unixNanoseconds
        let span = try #require(recording.record())
        let after = OTelTimestamp.now.unixNanoseconds
        let tolerance: UInt64 = 50_000_000
        let end = try #require(span.endTime)
        #expect(span.startTime.unixNanoseconds + tolerance >= before)
        #expect(end >= span.startTime)
        #expect(end.unixNanoseconds <= after + tolerance)
    }

    @Test("the whole scope is exported with the span", .matrix(3, 4, 5, 61))
    func scope() throws {
        let recording = try RecordingTelemetry()
        let tracer = recording.telemetry.tracer("lib", version: "1.2", schemaURL: "https://s/1", attributes: ["k": 1])
        tracer.startSpan("x").end()
        recording.tracer.startSpan("y").end()
        let spans = recording.spans
        #expect(
            spans.first { $0.name == "x" }?.scope
                == OTelScope("lib", version: "1.2", schemaURL: "https://s/1", attributes: ["k": 1])
        )
        #expect(spans.first { $0.name == "y" }?.scope == OTelScope("test.tracer"))
    }

    @Test("a tracer with an empty name works and keeps the empty name")
    func emptyScopeName() throws {
        let recording = try RecordingTelemetry()
        recording.telemetry.tracer("").startSpan("x").end()
        #expect(recording.spans.map(\.scope.name) == [""])
    }
}
