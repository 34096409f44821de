import COTelRuntime
import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire
import TestSupport
import Testing

@Suite("The clock of a trace")
struct SpanClockTests {
    private static let hour: Int64 = 3_600_000_000_000

    /// What stepping the system's clock by `offset` after the root has begun looks like from inside of the trace: the
    /// root's reading of the clock is `offset` away from the present one.
    private static func step(_ root: OTelSpan, by offset: Int64) {
        root.slot?.pointer.pointee.clock_offset -= offset
    }

    @Test("is the local root's: a step of the wall clock moves no child and no end", arguments: [hour, -hour])
    func step(offset: Int64) throws {
        let recording = try RecordingTelemetry()
        let before = OTelTimestamp.now.unixNanoseconds
        let root = recording.tracer.startSpan("root", parent: .root)
        Self.step(root, by: offset)
        let child = recording.tracer.startSpan("child", parent: OTelContext(span: root))
        let grandchild = recording.tracer.startSpan("grandchild", parent: OTelContext(span: child))
        grandchild.addEvent("event")
        for span in [grandchild, child, root] { span.end() }
        let expected = Int64(before) - offset
        let spans = recording.spans
        try #require(spans.map(\.name) == ["grandchild", "child", "root"])
        let event = try #require(spans[0].events.first)
        let times = [spans[1].startTime, spans[0].startTime, event.time] + spans.compactMap(\.endTime)
        try #require(times.count == 6)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(times.allSatisfy { abs(Int64($0.unixNanoseconds) - expected) < 60_000_000_000 })
        // Another trace is on the present clock.
        recording.tracer.startSpan("other", parent: .root).end()
        let other = try #require(recording.spans.last)
        #expect(abs(Int64(other.startTime.unixNanoseconds) - Int64(before)) < 60_000_000_000)
    }

    @Test("does not touch times given by the caller", .matrix(26, 28))
    func givenTimes() throws {
        let recording = try RecordingTelemetry()
        let root = recording.tracer.startSpan("root", parent: .root, startTime: OTelTimestamp(unixNanoseconds: 500))
        Self.step(root, by: Self.hour)
        let context = OTelContext(span: root)
        let child = recording.tracer.startSpan("child", parent: context, startTime: OTelTimestamp(unixNanoseconds: 7))
        child.addEvent("event", at: OTelTimestamp(unixNanoseconds: 9))
        child.end(at: OTelTimestamp(unixNanoseconds: 8))
        root.end(at: OTelTimestamp(unixNanoseconds: UInt64.max))
        let spans = recording.spans
        #expect(spans.map(\.startTime.unixNanoseconds) == [7, 500])
        #expect(spans.map(\.endTime?.unixNanoseconds) == [8, UInt64.max])
        #expect(spans.first?.events.map(\.time.unixNanoseconds) == [9])
    }

    @Test("of an ended parent is forgotten: its late children read the present clock")
    func endedParent() throws {
        let recording = try RecordingTelemetry()
        let before = OTelTimestamp.now.unixNanoseconds
        let root = recording.tracer.startSpan("root", parent: .root)
        Self.step(root, by: Self.hour)
        root.end()
        recording.tracer.startSpan("late", parent: OTelContext(span: root)).end()
        let late = try #require(recording.spans.last)
        #expect(late.name == "late")
        #expect(abs(Int64(late.startTime.unixNanoseconds) - Int64(before)) < 60_000_000_000)
    }
}
