/// Wants a share of the traces (`specification/trace/sdk.md`, "ComposableProbability").
public struct ComposableProbability: ComposableSampler {
    /// The share, as it was given.
    public let ratio: Double
    private let state: ThresholdState?

    /// A sampler for a share from 2^-56 to 1, rounded to 4 significant hex digits of its threshold, or 0 for none.
    ///
    /// Anything else, NaN too, is an error when telemetry starts.
    public init(_ ratio: Double) {
        self.ratio = ratio
        let threshold = SamplingThreshold.threshold(probability: ratio)
        self.state = threshold < SamplingThreshold.never ? ThresholdState(threshold) : nil
    }

    /// The threshold of the share.
    public func samplingIntent(for request: SamplingIntent.Request) -> SamplingIntent {
        self.state.map { SamplingIntent($0) } ?? .never
    }

    /// Throws for a share that is no probability.
    public func validate(_ setting: String) throws(ConfigError) {
        try SamplingThreshold.validate(self.ratio, "\(setting).probability")
    }

    /// The specification's name and the share.
    public var description: String { "ComposableProbability{\(Sampler.decimal(self.ratio))}" }
}

extension ComposableSampler where Self == ComposableProbability {
    /// Wants a share of the traces: from 2^-56 to 1, or 0 for none.
    public static func probability(_ ratio: Double) -> ComposableProbability { ComposableProbability(ratio) }
}
