/// Wants no span (`specification/trace/sdk.md`, "ComposableAlwaysOff").
public struct ComposableAlwaysOff: ComposableSampler {
    /// A sampler without settings.
    public init() {}

    /// No threshold.
    public func samplingIntent(for request: SamplingIntent.Request) -> SamplingIntent { .never }

    /// The specification's name.
    public var description: String { "ComposableAlwaysOff" }
}

extension ComposableSampler where Self == ComposableAlwaysOff {
    /// Wants no span.
    public static var alwaysOff: ComposableAlwaysOff { ComposableAlwaysOff() }
}
