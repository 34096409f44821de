import OTelAPI
import OTelSDK

/// The attributes from which Jaeger's adaptive sampling learns how a root span came to be sampled.
enum SamplerAttributes: String {
    case probabilistic = "probabilistic"
    case rateLimiting = "ratelimiting"
    /// Not by its probability, but to keep up the guaranteed rate of its operation.
    case lowerBound = "lowerbound"

    static func result(_ type: SamplerAttributes, _ parameter: Double) -> SamplingResult {
        SamplingResult(
            .recordAndSample,
            attributes: ["sampler.type": .string(type.rawValue), "sampler.param": .double(parameter)]
        )
    }
}
