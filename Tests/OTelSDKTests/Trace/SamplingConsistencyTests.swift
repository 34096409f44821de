import OTLPProto
import OTelAPI
import TestSupport
import Testing

@testable import OTelSDK

@Suite("Thresholds that spans inherit and pass on")
struct SamplingConsistencyTests {
    // R is 0x80000000000000.
    @Test(
        "a received threshold that contradicts the decision is erased, for the span and its children",
        .matrix(53),
        arguments: [
            (header: "a=1,ot=th:8;p:1", sampled: true, expected: "a=1,ot=th:8;p:1"),
            (header: "a=1,ot=th:c;p:1", sampled: true, expected: "ot=p:1,a=1"),
            (header: "a=1,ot=th:c;p:1", sampled: false, expected: "a=1,ot=th:c;p:1"),
            (header: "a=1,ot=th:8", sampled: false, expected: "a=1"),
        ]
    )
    func inherited(header: String, sampled: Bool, expected: String) throws {
        let recording = try RecordingTelemetry()
        let flags: OTelTraceFlags = sampled ? [.sampled, .random] : .random
        let parent = sampledParent(0xff80_0000_0000_0000, header, flags: flags)
        let child = recording.tracer.startSpan("child", parent: parent)
        let grandchild = recording.tracer.startSpan("grandchild", parent: OTelContext(span: child))
        #expect(child.context.traceState.header == expected)
        #expect(grandchild.context.traceState.header == expected)
        grandchild.end()
        child.end()
        #expect(recording.spans.map(\.context.traceState.header) == (sampled ? [expected, expected] : []))
    }

    @Test("what a sampler answers is not checked: it stands")
    func answered() throws {
        let state = OTelTraceState(validHeader: "ot=th:c")
        let sampler = ScriptedSampler { _ in SamplingResult(.recordAndSample, traceState: state) }
        let recording = try RecordingTelemetry(sampler: .custom(sampler))
        let span = recording.tracer.startSpan("x", parent: sampledParent(1, "ot=th:0"))
        #expect(span.context.traceState == state)
        span.end()
    }

    // Of R all bits are set: every probability samples.
    @Test(
        "of several sinks each exports its own threshold, and the one of the highest probability travels",
        arguments: [
            (
                first: .probability(0.1), second: .probability(0.5), states: ["ot=th:e666", "ot=th:8"],
                passedOn: "ot=th:8"
            ),
            (
                first: .probability(0.5), second: .probability(0.1), states: ["ot=th:8", "ot=th:e666"],
                passedOn: "ot=th:8"
            ),
            (first: .probability(0.5), second: .probability(0), states: ["ot=th:8"], passedOn: "ot=th:8"),
            (first: .alwaysOn, second: .probability(0.5), states: ["", "ot=th:8"], passedOn: ""),
            (first: .probability(0.5), second: .traceIDRatio(1), states: ["ot=th:8", ""], passedOn: ""),
            (
                first: .probability(0.5), second: .composite(.annotating(["a": 1], .probability(0.25))),
                states: ["ot=th:8", "ot=th:c"], passedOn: "ot=th:8"
            ),
        ] as [(first: Sampler, second: Sampler, states: [String], passedOn: String)]
    )
    func severalSinks(first: Sampler, second: Sampler, states: [String], passedOn: String) throws {
        let exporters = [InMemorySpanExporter(), InMemorySpanExporter()]
        let sinks = zip(exporters, [first, second]).map { TraceSink(.custom("x", $0), sampler: $1) }
        let telemetry = try Telemetry(Config(serviceName: "test", sinks: sinks, exitTimeout: .zero))
        let span = telemetry.tracer("t").startSpan("x", parent: sampledParent(.max))
        #expect(span.context.traceState.header == passedOn)
        span.end()
        telemetry.shutdownBlocking()
        #expect(exporters.flatMap(\.spans).map(\.context.traceState.header) == states)
    }

    @Test(
        "states of custom samplers come before thresholds, and no sink's state travels unless it was taken or none was"
    )
    func customStates() throws {
        func state(_ name: String, _ decision: SamplingResult.Decision) -> Sampler {
            .custom(ScriptedSampler { _ in SamplingResult(decision, traceState: OTelTraceState(validHeader: name)) })
        }
        for (samplers, passedOn) in [
            ([.probability(0.5), state("s=1", .recordAndSample)], "s=1"),
            ([state("s=1", .drop), .probability(0.5)], "ot=th:8"),
            ([state("s=1", .drop), state("s=2", .recordOnly)], "s=1"),
        ] as [([Sampler], String)] {
            let sinks = samplers.map { TraceSink(.custom("x", InMemorySpanExporter()), sampler: $0) }
            let telemetry = try Telemetry(Config(serviceName: "test", sinks: sinks, exitTimeout: .zero))
            let span = telemetry.tracer("t").startSpan("x", parent: sampledParent(.max))
            #expect(span.context.traceState.header == passedOn)
            span.end()
            telemetry.shutdownBlocking()
        }
    }
}
