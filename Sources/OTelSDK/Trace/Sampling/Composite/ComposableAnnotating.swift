public import OTelAPI

/// Wants what another sampler wants, and adds attributes to the spans that are sampled (`specification/trace/sdk.md`,
/// "ComposableAnnotating").
public struct ComposableAnnotating: ComposableSampler {
    private let delegate: any ComposableSampler
    private let attributes: OTelAttributes
    private let provider: @Sendable () -> OTelAttributes

    /// A sampler that adds `attributes`; they win over those that `delegate` adds.
    public init(_ attributes: OTelAttributes, _ delegate: some ComposableSampler) {
        self.delegate = delegate
        self.attributes = attributes
        self.provider = { attributes }
    }

    /// The delegate's intent with the attributes.
    public func samplingIntent(for request: SamplingIntent.Request) -> SamplingIntent {
        var intent = self.delegate.samplingIntent(for: request)
        if let inner = intent.attributes {
            intent.attributes = { [attributes] in inner().merging(attributes) }
        } else {
            intent.attributes = self.provider
        }
        return intent
    }

    /// Throws what the delegate throws.
    public func validate(_ setting: String) throws(ConfigError) {
        try self.delegate.validate("\(setting).delegate")
    }

    /// The specification's name, the delegate and the attributes.
    public var description: String { "ComposableAnnotating{\(self.delegate.description),\(self.attributes)}" }
}

extension ComposableSampler where Self == ComposableAnnotating {
    /// Wants what `delegate` wants, and adds `attributes` to the spans that are sampled.
    public static func annotating(
        _ attributes: OTelAttributes,
        _ delegate: some ComposableSampler
    ) -> ComposableAnnotating {
        ComposableAnnotating(attributes, delegate)
    }
}
