import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("A sampler of the application's own")
struct CustomSamplerTests {
    @Test("sees the whole candidate", .matrix(54))
    func candidate() throws {
        let sampler = ScriptedSampler { _ in SamplingResult(.drop) }
        let recording = try RecordingTelemetry(sampler: .custom(sampler))
        let parent = OTelSpan(
            OTelSpanContext(traceID: OTelTraceID(high: 1, low: 2), spanID: OTelSpanID(3), isRemote: true)
        )
        let context = OTelContext(span: parent).with(Tenant.self, "acme")
        let link = OTelLink(parent.context, attributes: ["l": 1])
        _ = recording.tracer.startSpan("name", kind: .server, parent: context, attributes: ["a": 1], links: [link])
        OTelContext.withValue(context) { _ = recording.tracer.startSpan("current") }
        let root = recording.tracer.startSpan("root", parent: .root)
        let seen = sampler.seen
        try #require(seen.map(\.name) == ["name", "current", "root"])
        #expect(seen[0].kind == .server)
        #expect(seen[0].attributes == ["a": 1])
        #expect(seen[0].links == [link])
        for candidate in seen.prefix(2) {
            #expect(candidate.parent.span.context == parent.context)
            #expect(candidate.parent[Tenant.self] == "acme")
            #expect(candidate.traceID == parent.traceID)
        }
        #expect(!seen[2].parent.span.isValid)
        #expect(seen[2].traceID == root.traceID)
    }

    @Test("adds attributes to spans that are recorded")
    func attributes() throws {
        let recording = try RecordingTelemetry(
            sampler: .custom(ScriptedSampler { _ in SamplingResult(.recordAndSample, attributes: ["rule": "all"]) })
        )
        #expect(recording.record(attributes: ["a": 1])?.attributes == ["a": 1, "rule": "all"])
    }

    @Test(
        "replaces the trace state, or keeps the parent's",
        .matrix(53),
        arguments: [
            (decision: .recordAndSample, answer: nil, expected: "p=1"),
            (decision: .recordAndSample, answer: "s=2", expected: "s=2"),
            (decision: .recordAndSample, answer: "", expected: ""),
            (decision: .recordOnly, answer: "s=2", expected: "s=2"),
            (decision: .drop, answer: "s=2", expected: "s=2"),
            (decision: .drop, answer: nil, expected: "p=1"),
        ] as [(decision: SamplingResult.Decision, answer: String?, expected: String)]
    )
    func traceState(decision: SamplingResult.Decision, answer: String?, expected: String) throws {
        let state = answer.map { OTelTraceState(validHeader: $0) }
        let recording = try RecordingTelemetry(
            sampler: .custom(ScriptedSampler { _ in SamplingResult(decision, traceState: state) })
        )
        let parent = OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 2),
            spanID: OTelSpanID(3),
            traceState: OTelTraceState(validHeader: "p=1")
        )
        let span = recording.tracer.startSpan("x", parent: OTelContext(span: OTelSpan(parent)))
        #expect(span.context.traceState.header == expected)
        span.end()
        let exported = recording.spans.map(\.context.traceState.header)
        #expect(exported == (decision == .recordAndSample ? [expected] : []))
    }

    @Test("record only: the span records, is not sampled, and is not exported")
    func recordOnly() throws {
        let recording = try RecordingTelemetry(sampler: .custom(ScriptedSampler { _ in SamplingResult(.recordOnly) }))
        let span = recording.tracer.startSpan("x", parent: .root)
        #expect(span.isRecording)
        #expect(!span.context.isSampled)
        span.setAttribute("a", 1)
        span.end()
        #expect(!span.isRecording)
        #expect(recording.spans.isEmpty)
        #expect(recording.spanStatistics.accepted == 0)
    }

    @Test("is asked as a delegate of parent based")
    func delegate() throws {
        let sampler = ScriptedSampler { $0.name == "yes" ? SamplingResult(.recordAndSample) : SamplingResult(.drop) }
        let recording = try RecordingTelemetry(sampler: .parentBased(.custom(sampler)))
        for name in ["yes", "no"] {
            let root = recording.tracer.startSpan(name, parent: .root)
            recording.tracer.startSpan("child", parent: OTelContext(span: root)).end()
            root.end()
        }
        #expect(recording.spans.map(\.name) == ["child", "yes"])
        #expect(sampler.seen.count == 2)
    }

    @Test("its description is the sampler's")
    func description() {
        #expect(Sampler.custom(ScriptedSampler { _ in SamplingResult(.drop) }).description == "ScriptedSampler")
    }

    private enum Tenant: OTelContextKey {
        typealias Value = String
    }
}

/// Notes what it is asked and answers as told.
final class ScriptedSampler: CustomSampler {
    private let answer: @Sendable (SpanCandidate) -> SamplingResult
    private let candidates = Mutex<[SpanCandidate]>([])

    init(_ answer: @escaping @Sendable (SpanCandidate) -> SamplingResult) {
        self.answer = answer
    }

    var seen: [SpanCandidate] { self.candidates.withLock { $0 } }
    var description: String { "ScriptedSampler" }

    func shouldSample(_ candidate: SpanCandidate) -> SamplingResult {
        self.candidates.withLock { $0.append(candidate) }
        return self.answer(candidate)
    }
}
