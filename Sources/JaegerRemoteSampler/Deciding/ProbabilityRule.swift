import OTelAPI
import OTelSDK

/// A share of the traces, decided as the ratio sampler does.
///
/// A class, so that reading the strategy in force copies one reference.
final class ProbabilityRule: Sendable {
    let probability: Double
    /// The answer for a trace that is among the share.
    let sampled: SamplingResult
    private let ratio: TraceIDRatio

    init(_ probability: Double) {
        self.probability = probability
        self.sampled = SamplerAttributes.result(.probabilistic, probability)
        self.ratio = TraceIDRatio(probability)
    }

    func includes(_ traceID: OTelTraceID) -> Bool {
        self.ratio.includes(traceID)
    }

    /// The answer for a trace that is sampled although it is not.
    var sampledForLowerBound: SamplingResult {
        SamplerAttributes.result(.lowerBound, self.probability)
    }
}
