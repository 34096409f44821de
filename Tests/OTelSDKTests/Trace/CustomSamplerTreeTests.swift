import OTelSDK
import Testing

@Suite("The custom samplers in a tree of samplers")
struct CustomSamplerTreeTests {
    @Test("all are visited, wherever they stand, an object once")
    func visited() {
        let names = ["root", "remoteSampled", "remoteNotSampled", "localSampled", "localNotSampled"]
        let samplers = names.map { Sampler.custom(Named(description: $0)) }
        let tree = Sampler.parentBased(
            .parentBased(samplers[0]),
            remoteSampled: samplers[1],
            remoteNotSampled: samplers[2],
            localSampled: samplers[3],
            localNotSampled: samplers[4]
        )
        #expect(Sampler.customSamplers(in: [.alwaysOn, tree, .traceIDRatio(0.5)]).map(\.description) == names)
        let twice = Sampler.parentBased(samplers[0], remoteSampled: samplers[0])
        #expect(Sampler.customSamplers(in: [twice, samplers[0], .alwaysOff]).map(\.description) == ["root"])
    }

    @Test("a value has no identity and counts each time")
    func values() {
        let value = Sampler.custom(Value())
        #expect(Sampler.customSamplers(in: [value, .parentBased(value)]).count == 2)
    }

    private final class Named: CustomSampler {
        let description: String

        init(description: String) {
            self.description = description
        }

        func shouldSample(_ candidate: SpanCandidate) -> SamplingResult { SamplingResult(.drop) }
    }

    private struct Value: CustomSampler {
        var description: String { "Value" }

        func shouldSample(_ candidate: SpanCandidate) -> SamplingResult { SamplingResult(.drop) }
    }
}
