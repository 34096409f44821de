public import OTelAPI

/// A sampler's answer.
public struct SamplingResult: Sendable {
    /// What becomes of the span.
    public enum Decision: Sendable, Hashable {
        /// It records nothing; its ids are passed on.
        case drop
        /// It is recorded and can be looked at, but not exported.
        case recordOnly
        /// It is recorded and exported.
        case recordAndSample
    }

    /// What becomes of the span.
    public var decision: Decision
    /// Added to the span when it is recorded.
    public var attributes: OTelAttributes
    /// Replaces the trace state inherited from the parent; nil keeps that.
    public var traceState: OTelTraceState?
    /// The threshold that `traceState` carries when a sampler of consistent probability has sampled the span.
    var threshold: UInt64?

    /// An answer; without a trace state the parent's is kept.
    public init(_ decision: Decision, attributes: OTelAttributes = [:], traceState: OTelTraceState? = nil) {
        self.decision = decision
        self.attributes = attributes
        self.traceState = traceState
    }
}
