public import OTelAPI

/// What a composable sampler wants for a span (`specification/trace/sdk.md`, "GetSamplingIntent").
public struct SamplingIntent: Sendable {
    /// Of 2^56 traces so many are not sampled: 0 samples all; nil, or 2^56 and more, samples none.
    public var threshold: UInt64?
    /// Whether the threshold tells how many spans a sampled one stands for.
    ///
    /// If so, it is compared with the random bits of the trace and becomes `th` in the trace state. If not, it is
    /// compared with fresh random bits, and a sampled span has no `th`.
    public var isAdjustedCountReliable: Bool
    /// Makes attributes for the span; asked only when it is sampled.
    public var attributes: (@Sendable () -> OTelAttributes)?
    /// Makes the span's trace state of its parent's, knowing what was decided.
    ///
    /// What it does to the entry `ot` is undone: that belongs to the composite sampler.
    public var traceState: (@Sendable (OTelTraceState, SamplingResult.Decision) -> OTelTraceState)?
    /// The trace state that the threshold gives to spans without one; a built-in sampler has it at hand.
    let thresholdState: ThresholdState?

    /// A wish for a threshold.
    public init(
        threshold: UInt64?,
        isAdjustedCountReliable: Bool,
        attributes: (@Sendable () -> OTelAttributes)? = nil,
        traceState: (@Sendable (OTelTraceState, SamplingResult.Decision) -> OTelTraceState)? = nil
    ) {
        self.threshold = threshold
        self.isAdjustedCountReliable = isAdjustedCountReliable
        self.attributes = attributes
        self.traceState = traceState
        self.thresholdState = nil
    }

    init(_ thresholdState: ThresholdState) {
        self.threshold = thresholdState.threshold
        self.isAdjustedCountReliable = true
        self.thresholdState = thresholdState
    }

    /// Not to be sampled.
    public static var never: SamplingIntent { SamplingIntent(threshold: nil, isAdjustedCountReliable: false) }
}
