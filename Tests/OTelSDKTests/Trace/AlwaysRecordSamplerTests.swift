import OTLPProto
import OTelAPI
import TestSupport
import Testing

@testable import OTelSDK

@Suite("The sampler that records everything")
struct AlwaysRecordSamplerTests {
    @Test("records what its root drops without exporting it", .matrix(64))
    func dropped() throws {
        for root in [Sampler.alwaysOff, .traceIDRatio(0), .probability(0), .composite(.alwaysOff)] {
            let recording = try RecordingTelemetry(sampler: .alwaysRecord(root))
            let span = recording.tracer.startSpan("x", parent: .root)
            #expect(span.isRecording)
            #expect(!span.context.isSampled)
            span.end()
            #expect(recording.spans.isEmpty)
        }
    }

    @Test("leaves other decisions as they are, with their attributes and trace states", .matrix(64))
    func others() throws {
        for decision in [SamplingResult.Decision.drop, .recordOnly, .recordAndSample] {
            let sampler = ScriptedSampler { _ in
                SamplingResult(decision, attributes: ["a": 1], traceState: OTelTraceState(validHeader: "s=1"))
            }
            let recording = try RecordingTelemetry(sampler: .alwaysRecord(.custom(sampler)))
            let span = recording.tracer.startSpan("x", parent: .root)
            #expect(span.isRecording)
            #expect(span.context.isSampled == (decision == .recordAndSample))
            #expect(span.context.traceState.header == "s=1")
            span.end()
            let exported = recording.spans
            #expect(exported.count == (decision == .recordAndSample ? 1 : 0))
            #expect(exported.allSatisfy { $0.attributes == ["a": 1] })
        }
    }

    @Test("samples what its root samples, by ratio and by probability")
    func sampled() throws {
        for root in [Sampler.alwaysOn, .traceIDRatio(0.5), .probability(0.5), .composite(.probability(0.5))] {
            let (plain, recording) = (
                try RecordingTelemetry(sampler: root), try RecordingTelemetry(sampler: .alwaysRecord(root))
            )
            for low in [0x0000_0000_0000_0001, 0xffff_ffff_ffff_ffff, 0x7f00_0000_0000_0000] as [UInt64] {
                let expected = plain.tracer.startSpan("x", parent: sampledParent(low))
                let span = recording.tracer.startSpan("x", parent: sampledParent(low))
                #expect(span.isRecording)
                #expect(span.context.isSampled == expected.isRecording)
                #expect(span.context.traceState == expected.context.traceState)
                expected.end()
                span.end()
            }
        }
    }

    @Test("its description names the root")
    func description() {
        let sampler = Sampler.alwaysRecord(.parentBased(.probability(0.5)))
        #expect(sampler.description.hasPrefix("AlwaysRecordSampler{ParentBased{root=ProbabilitySampler{0.500000},"))
    }
}
