import OTLPProto
import OTelAPI
import TestSupport
import Testing

@testable import OTelSDK

@Suite("Samplers as delegates of each other")
struct NestedSamplerTests {
    typealias Situation = SamplingTable.Situation

    /// A parent for each situation; nil for none.
    private static func parent(_ situation: Situation) -> OTelContext {
        switch situation {
        case .root: .root
        case .remoteSampled: sampledParent(.max, flags: [.sampled, .random])
        case .remoteNotSampled: sampledParent(.max, flags: .random)
        case .localSampled: sampledParent(.max, flags: [.sampled, .random], isRemote: false)
        case .localNotSampled: sampledParent(.max, flags: .random, isRemote: false)
        }
    }

    private static func parentBased(_ sampler: Sampler, at situation: Situation, others: Sampler) -> Sampler {
        func slot(_ other: Situation) -> Sampler { other == situation ? sampler : others }
        return .parentBased(
            slot(.root),
            remoteSampled: slot(.remoteSampled),
            remoteNotSampled: slot(.remoteNotSampled),
            localSampled: slot(.localSampled),
            localNotSampled: slot(.localNotSampled)
        )
    }

    /// Samplers that sample every trace with all bits set, each with its mark.
    private static let marked: [(name: String, sampler: Sampler, state: String)] = [
        ("probability", .probability(1), "ot=th:0"),
        ("composite", .composite(.parentThreshold(.alwaysOn)), "ot=th:0"),
        ("custom", .custom(Marking()), "m=1"),
        (
            "nested",
            .parentBased(
                .custom(Marking()),
                remoteSampled: .custom(Marking()),
                remoteNotSampled: .custom(Marking()),
                localSampled: .custom(Marking()),
                localNotSampled: .custom(Marking())
            ), "m=1"
        ),
        ("alwaysRecord", .alwaysRecord(.custom(Marking())), "m=1"),
    ]

    @Test("each kind decides in each place, and only there", arguments: Situation.allCases)
    func everyPlace(situation: Situation) throws {
        for (name, sampler, state) in Self.marked {
            // A composite that follows its parent samples only those of sampled ones, without a threshold.
            let isComposite = name == "composite" && situation != .root
            let isSampled = !isComposite || situation == .remoteSampled || situation == .localSampled
            let tree = Self.parentBased(sampler, at: situation, others: .alwaysOff)
            let recording = try RecordingTelemetry(
                sampler: .parentBased(
                    tree,
                    remoteSampled: tree,
                    remoteNotSampled: tree,
                    localSampled: tree,
                    localNotSampled: tree
                )
            )
            for other in Situation.allCases {
                let span = recording.tracer.startSpan("x", parent: Self.parent(other))
                #expect(span.isRecording == (other == situation && isSampled), "\(name) in \(other)")
                if span.isRecording { #expect(span.context.traceState.header == (isComposite ? "" : state)) }
                span.end()
            }
        }
    }

    @Test("a delegate that records only does so in its place")
    func recordOnly() throws {
        let tree = Self.parentBased(.alwaysRecord(.alwaysOff), at: .remoteNotSampled, others: .alwaysOff)
        let recording = try RecordingTelemetry(sampler: tree)
        for situation in Situation.allCases {
            let span = recording.tracer.startSpan("x", parent: Self.parent(situation))
            #expect(span.isRecording == (situation == .remoteNotSampled))
            #expect(!span.context.isSampled)
            span.end()
        }
    }

    @Test("a parent counts for each sink as that sink sampled it")
    func perSink() throws {
        let (first, second) = (InMemorySpanExporter(), InMemorySpanExporter())
        let follows = Sampler.composite(.parentThreshold(.alwaysOff))
        let telemetry = try Telemetry(
            Config(
                serviceName: "test",
                sinks: [
                    TraceSink(
                        .custom("first", first),
                        sampler: .parentBased(.probability(1), localSampled: .probability(1))
                    ),
                    TraceSink(.custom("second", second), sampler: follows),
                ],
                exitTimeout: .zero
            )
        )
        let tracer = telemetry.tracer("t")
        let root = tracer.startSpan("root", parent: .root)
        // In the trace state stands the threshold of the first sink: it does not make the second one sample.
        #expect(root.isRecording)
        let child = tracer.startSpan("child", parent: OTelContext(span: root))
        child.end()
        root.end()
        telemetry.shutdownBlocking()
        #expect(first.spans.count == 2)
        #expect(second.spans.isEmpty)
    }

    private struct Marking: CustomSampler {
        var description: String { "Marking" }

        func shouldSample(_ candidate: SpanCandidate) -> SamplingResult {
            SamplingResult(.recordAndSample, traceState: OTelTraceState(validHeader: "m=1"))
        }
    }
}
