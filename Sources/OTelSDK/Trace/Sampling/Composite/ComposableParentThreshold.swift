/// Wants what the parent got; asks another sampler for spans without a parent (`specification/trace/sdk.md`,
/// "ComposableParentThreshold").
public struct ComposableParentThreshold: ComposableSampler {
    private let root: any ComposableSampler

    /// A sampler that asks `root` for spans without a parent.
    public init(root: some ComposableSampler) {
        self.root = root
    }

    /// The parent's threshold; without one, every span of a sampled parent, but not reliably.
    public func samplingIntent(for request: SamplingIntent.Request) -> SamplingIntent {
        if request.parentLocation == .none { return self.root.samplingIntent(for: request) }
        if let threshold = request.parentThreshold {
            return SamplingIntent(threshold: threshold, isAdjustedCountReliable: true)
        }
        return SamplingIntent(threshold: request.isParentSampled ? 0 : nil, isAdjustedCountReliable: false)
    }

    /// Throws what `root` throws.
    public func validate(_ setting: String) throws(ConfigError) {
        try self.root.validate("\(setting).root")
    }

    /// The specification's name and the sampler for roots.
    public var description: String { "ComposableParentThreshold{root=\(self.root.description)}" }
}

extension ComposableSampler where Self == ComposableParentThreshold {
    /// Wants what the parent got; asks `root` for spans without a parent.
    public static func parentThreshold(_ root: some ComposableSampler) -> ComposableParentThreshold {
        ComposableParentThreshold(root: root)
    }
}
