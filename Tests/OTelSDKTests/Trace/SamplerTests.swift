import OTLPProto
import OTelAPI
import Synchronization
import TestSupport
import Testing

@testable import OTelSDK

@Suite("Samplers")
struct SamplerTests {
    @Test("the default is parent based with always on at the root")
    func defaultSampler() {
        let sink = TraceSink(.custom("x", InMemorySpanExporter()))
        #expect(sink.sampler.description == Sampler.parentBased(.alwaysOn).description)
    }

    @Test(
        "descriptions are those of the specification",
        arguments: [
            (sampler: .alwaysOn, text: "AlwaysOnSampler"),
            (sampler: .alwaysOff, text: "AlwaysOffSampler"),
            (sampler: .traceIDRatio(0.0001), text: "TraceIdRatioBased{0.000100}"),
            (sampler: .traceIDRatio(0.5), text: "TraceIdRatioBased{0.500000}"),
            (
                sampler: .parentBased(.alwaysOff),
                text: "ParentBased{root=AlwaysOffSampler,remoteParentSampled=AlwaysOnSampler,"
                    + "remoteParentNotSampled=AlwaysOffSampler,localParentSampled=AlwaysOnSampler,"
                    + "localParentNotSampled=AlwaysOffSampler}"
            ),
        ] as [(sampler: Sampler, text: String)]
    )
    func description(sampler: Sampler, text: String) {
        #expect(sampler.description == text)
    }

    @Test("always off drops every span, and a dropped span still has ids of its own", .matrix(56))
    func alwaysOff() throws {
        let recording = try RecordingTelemetry(sampler: .alwaysOff)
        let root = recording.tracer.startSpan("x", parent: .root)
        #expect(root.isValid && !root.isRecording)
        #expect(root.context.traceFlags == .random)
        let child = recording.tracer.startSpan("y", parent: OTelContext(span: root))
        #expect(child.traceID == root.traceID)
        #expect(child.spanID != root.spanID)
        #expect(child.isValid && !child.isRecording)
        root.end()
        child.end()
        #expect(recording.spans.isEmpty)
        #expect(recording.spanStatistics.accepted == 0)
    }

    @Test("always on records spans of parents that are not sampled")
    func alwaysOn() throws {
        let recording = try RecordingTelemetry(sampler: .alwaysOn)
        let parent = OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1), isRemote: true)
        recording.tracer.startSpan("x", parent: OTelContext(span: OTelSpan(parent))).end()
        #expect(recording.spans.count == 1)
    }

    // The rule of other SDKs: the last 8 bytes of the trace id, shifted right by one, below ratio times 2^63.
    @Test(
        "the ratio sampler decides by the end of the trace id as other SDKs do",
        arguments: [
            (ratio: 0.0, low: 0, sampled: false),
            (ratio: 1.0, low: UInt64.max, sampled: true),
            (ratio: 0.5, low: 0x7fff_ffff_ffff_ffff, sampled: true),
            (ratio: 0.5, low: 0x8000_0000_0000_0000, sampled: false),
            (ratio: 0.25, low: 0x3fff_ffff_ffff_ffff, sampled: true),
            (ratio: 0.25, low: 0x4000_0000_0000_0000, sampled: false),
            (ratio: 0.1, low: 0x1999_9999_9999_9800, sampled: true),
            (ratio: 0.1, low: 0x1999_9999_9999_a000, sampled: false),
            (ratio: 1e-9, low: 1, sampled: true),
            (ratio: 1e-9, low: 0x0000_0005_0000_0000, sampled: false),
            (ratio: 1e-20, low: 0, sampled: false),
        ] as [(ratio: Double, low: UInt64, sampled: Bool)]
    )
    func ratio(ratio: Double, low: UInt64, sampled: Bool) throws {
        let recording = try RecordingTelemetry(sampler: .traceIDRatio(ratio))
        for flags in [OTelTraceFlags.sampled, []] {
            let parent = OTelSpanContext(
                traceID: OTelTraceID(high: 0xffff, low: low),
                spanID: OTelSpanID(1),
                traceFlags: flags
            )
            let span = recording.tracer.startSpan("x", parent: OTelContext(span: OTelSpan(parent)))
            #expect(span.isRecording == sampled)
            #expect(span.context.isSampled == sampled)
            span.end()
        }
    }

    @Test("a higher ratio records a superset, and about the share that it says")
    func ratioShare() throws {
        let low = try RecordingTelemetry(sampler: .traceIDRatio(0.2))
        let high = try RecordingTelemetry(sampler: .traceIDRatio(0.6))
        var counts = (low: 0, high: 0)
        for _ in 0..<10_000 {
            let root = OTelSpan(
                OTelSpanContext(traceID: OTelTraceID(high: 1, low: .random(in: 1...UInt64.max)), spanID: OTelSpanID(1))
            )
            let inLow = low.tracer.startSpan("x", parent: OTelContext(span: root))
            let inHigh = high.tracer.startSpan("x", parent: OTelContext(span: root))
            #expect(!inLow.isRecording || inHigh.isRecording)
            counts.low += inLow.isRecording ? 1 : 0
            counts.high += inHigh.isRecording ? 1 : 0
            inLow.end()
            inHigh.end()
        }
        #expect((1_800...2_200).contains(counts.low))
        #expect((5_750...6_250).contains(counts.high))
    }

    @Test(
        "parent based asks the sampler for its kind of parent",
        arguments: [
            (parent: "none", remote: false, sampled: false),
            (parent: "remoteSampled", remote: true, sampled: true),
            (parent: "remoteNotSampled", remote: true, sampled: false),
            (parent: "localSampled", remote: false, sampled: true),
            (parent: "localNotSampled", remote: false, sampled: false),
        ]
    )
    func parentBased(parent: String, remote: Bool, sampled: Bool) throws {
        func only(_ name: String) -> Sampler { parent == name ? .alwaysOn : .alwaysOff }
        func allBut(_ name: String) -> Sampler { parent == name ? .alwaysOff : .alwaysOn }
        let context = OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 1),
            spanID: parent == "none" ? .invalid : OTelSpanID(1),
            traceFlags: sampled ? .sampled : [],
            isRemote: remote
        )
        for (delegate, expected) in [(only, true), (allBut, false)] {
            let recording = try RecordingTelemetry(
                sampler: .parentBased(
                    delegate("none"),
                    remoteSampled: delegate("remoteSampled"),
                    remoteNotSampled: delegate("remoteNotSampled"),
                    localSampled: delegate("localSampled"),
                    localNotSampled: delegate("localNotSampled")
                )
            )
            let span = recording.tracer.startSpan("x", parent: OTelContext(span: OTelSpan(context)))
            #expect(span.isRecording == expected)
            span.end()
        }
    }

    @Test("by default a child does as its parent did", arguments: [true, false])
    func parentBasedDefaults(sampled: Bool) throws {
        let recording = try RecordingTelemetry(sampler: .parentBased(sampled ? .alwaysOn : .alwaysOff))
        let root = recording.tracer.startSpan("root", parent: .root)
        let child = recording.tracer.startSpan("child", parent: OTelContext(span: root))
        #expect(child.isRecording == sampled)
        child.end()
        root.end()
        let afterEnd = recording.tracer.startSpan("late", parent: OTelContext(span: root))
        #expect(afterEnd.isRecording == sampled)
        afterEnd.end()
        #expect(recording.spans.count == (sampled ? 3 : 0))
    }
}
