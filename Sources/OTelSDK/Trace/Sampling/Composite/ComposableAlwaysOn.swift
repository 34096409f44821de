/// Wants every span (`specification/trace/sdk.md`, "ComposableAlwaysOn").
public struct ComposableAlwaysOn: ComposableSampler {
    private static let state = ThresholdState(0)

    /// A sampler without settings.
    public init() {}

    /// Threshold 0.
    public func samplingIntent(for request: SamplingIntent.Request) -> SamplingIntent { SamplingIntent(Self.state) }

    /// The specification's name.
    public var description: String { "ComposableAlwaysOn" }
}

extension ComposableSampler where Self == ComposableAlwaysOn {
    /// Wants every span.
    public static var alwaysOn: ComposableAlwaysOn { ComposableAlwaysOn() }
}
