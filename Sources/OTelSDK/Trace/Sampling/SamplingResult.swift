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
    /// Added to the span when it is recorded; attributes that the application sets win.
    public var attributes: OTelAttributes
    /// Replaces the trace state inherited from the parent; nil keeps that.
    public var traceState: OTelTraceState? {
        didSet { self.traceStateTicket = nil }
    }
    /// The threshold that `traceState` carries when a sampler of consistent probability has sampled the span.
    var threshold: UInt64?
    /// The pinned ticket of `traceState`, when it has one.
    var traceStateTicket: UInt64?
    /// Whether the sampler has a lasting bound for the situation from now on: see `SamplingTable`.
    var settlesBound = false

    /// An answer; without a trace state the parent's is kept.
    public init(_ decision: Decision, attributes: OTelAttributes = [:], traceState: OTelTraceState? = nil) {
        self.decision = decision
        self.attributes = attributes
        self.traceState = traceState
    }
}

extension SamplingResult {
    /// The ticket of `traceState`; nil when the parent's is kept.
    var newTicket: UInt64? { self.traceStateTicket ?? self.traceState.map { TraceStateTable.insert($0) } }
}
