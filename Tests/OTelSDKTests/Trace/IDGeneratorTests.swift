import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Ids of the application's own")
struct IDGeneratorTests {
    private static func remote(_ flags: OTelTraceFlags) -> OTelContext {
        OTelContext(
            span: OTelSpan(
                OTelSpanContext(
                    traceID: OTelTraceID(high: 70, low: 71),
                    spanID: OTelSpanID(72),
                    traceFlags: flags,
                    isRemote: true
                )
            )
        )
    }

    @Test("name roots and children, and a child keeps its parent's trace", .matrix(57))
    func ids() throws {
        let generator = CountingGenerator()
        let recording = try RecordingTelemetry { $0.idGenerator = generator }
        let root = recording.tracer.startSpan("root", parent: .root)
        let child = recording.tracer.startSpan("child", parent: OTelContext(span: root))
        let second = recording.tracer.startSpan("second", parent: .root)
        #expect(root.traceID == OTelTraceID(high: 1, low: 1) && root.spanID == OTelSpanID(1))
        #expect(child.traceID == root.traceID && child.spanID == OTelSpanID(2))
        #expect(second.traceID == OTelTraceID(high: 2, low: 2) && second.spanID == OTelSpanID(3))
        for span in [root, child, second] { span.end() }
        #expect(recording.spans.map(\.context.spanID.value) == [1, 2, 3])
        #expect(recording.spans.map(\.context.traceID.low) == [1, 1, 2])
        #expect(recording.spans.map(\.parentSpanID) == [nil, root.spanID, nil])
        #expect(generator.traces == 2)
    }

    @Test("that are all zero are replaced by random ones", .matrix(57))
    func zero() throws {
        let recording = try RecordingTelemetry { $0.idGenerator = FixedGenerator(traceID: .invalid, spanID: .invalid) }
        let spans = (0..<100).map { _ in recording.tracer.startSpan("x", parent: .root) }
        #expect(spans.allSatisfy { $0.isValid })
        #expect(Set(spans.map(\.spanID)).count == 100)
        #expect(Set(spans.map(\.traceID)).count == 100)
        let half = try RecordingTelemetry {
            $0.idGenerator = FixedGenerator(traceID: OTelTraceID(high: 0, low: 9), spanID: .invalid)
        }
        let span = half.tracer.startSpan("x", parent: .root)
        #expect(span.traceID == OTelTraceID(high: 0, low: 9) && span.isValid)
        for span in spans + [span] { span.end() }
    }

    @Test("make a root random only when the generator promises it; children copy the flag", .matrix(19, 57))
    func randomFlag() throws {
        for promised in [true, false] {
            let generator = CountingGenerator(makesRandomTraceIDs: promised)
            let recording = try RecordingTelemetry { $0.idGenerator = generator }
            let root = recording.tracer.startSpan("root", parent: .root)
            let child = recording.tracer.startSpan("child", parent: OTelContext(span: root))
            let expected: OTelTraceFlags = promised ? [.sampled, .random] : .sampled
            #expect(root.context.traceFlags == expected)
            #expect(child.context.traceFlags == expected)
            for flags in [.sampled, [.sampled, .random]] as [OTelTraceFlags] {
                let span = recording.tracer.startSpan("x", parent: Self.remote(flags))
                #expect(span.context.traceFlags == flags)
                span.end()
            }
            child.end()
            root.end()
            #expect(recording.spans.suffix(2).map(\.context.traceFlags) == [expected, expected])
        }
        #expect(!FixedGenerator(traceID: .invalid, spanID: .invalid).makesRandomTraceIDs)
    }

    @Test("are there before the sampler decides, and new for spans that it drops", .matrix(56, 57))
    func sampling() throws {
        let sampler = ScriptedSampler { _ in SamplingResult(.drop) }
        let recording = try RecordingTelemetry(sampler: .custom(sampler)) { $0.idGenerator = CountingGenerator() }
        let root = recording.tracer.startSpan("root", parent: .root)
        let child = recording.tracer.startSpan("child", parent: OTelContext(span: root))
        #expect(sampler.seen.map(\.traceID) == [root.traceID, root.traceID])
        #expect(root.traceID == OTelTraceID(high: 1, low: 1))
        #expect([root, child].map(\.spanID.value) == [1, 2])
        #expect(!root.isRecording && !child.isRecording)
    }

    @Test("decide for a ratio as any other trace id does")
    func ratio() throws {
        for (low, isSampled) in [(UInt64.max >> 2, true), (UInt64.max - 5, false)] {
            let generator = FixedGenerator(traceID: OTelTraceID(high: 1, low: low), spanID: OTelSpanID(1))
            let recording = try RecordingTelemetry(sampler: .traceIDRatio(0.5)) { $0.idGenerator = generator }
            let span = recording.tracer.startSpan("x", parent: .root)
            #expect(span.isRecording == isSampled)
            span.end()
        }
    }
}

/// Counts from 1.
final class CountingGenerator: IDGenerator {
    private let counts = Box((traces: UInt64(0), spans: UInt64(0)))
    let makesRandomTraceIDs: Bool

    init(makesRandomTraceIDs: Bool = false) {
        self.makesRandomTraceIDs = makesRandomTraceIDs
    }

    var traces: UInt64 { self.counts.value.traces }
    var spans: UInt64 { self.counts.value.spans }

    func traceID() -> OTelTraceID {
        self.counts.update { $0.traces += 1 }
        return OTelTraceID(high: self.traces, low: self.traces)
    }

    func spanID() -> OTelSpanID {
        self.counts.update { $0.spans += 1 }
        return OTelSpanID(self.spans)
    }
}

struct FixedGenerator: IDGenerator {
    let fixedTraceID: OTelTraceID
    let fixedSpanID: OTelSpanID

    init(traceID: OTelTraceID, spanID: OTelSpanID) {
        self.fixedTraceID = traceID
        self.fixedSpanID = spanID
    }

    func traceID() -> OTelTraceID { self.fixedTraceID }
    func spanID() -> OTelSpanID { self.fixedSpanID }
}
