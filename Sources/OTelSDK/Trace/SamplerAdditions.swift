import OTelAPI

/// What custom samplers add to a span, sink by sink: attributes and a trace state.
///
/// With one sink they are part of the span. With several each sink gets its own: such a span keeps them beside its slot
/// until its end.
final class SamplerAdditions: Sendable {
    struct Entry: Sendable {
        let sink: Int
        let attributes: OTelAttributes
        /// Ticket; nil keeps the parent's.
        let traceState: UInt64?
        /// The threshold that the state carries, when the sink's probability is known.
        let threshold: UInt64?

        init(sink: Int, _ result: SamplingResult) {
            self.sink = sink
            self.attributes = result.decision == .drop ? [:] : result.attributes
            self.traceState = result.newTicket
            self.threshold = result.threshold
        }
    }

    let entries: [Entry]
    /// Ticket of the state that children and other services see.
    let traceState: UInt64
    /// Ticket of the parent's state, which the sinks without a state of their own export.
    private let inherited: UInt64
    let isPerSink: Bool

    init(_ entries: [Entry], isPerSink: Bool, traceState: UInt64, inherited: UInt64) {
        self.entries = entries
        self.isPerSink = isPerSink
        self.traceState = traceState
        self.inherited = inherited
    }

    /// The ticket of the state that is passed on when several sinks differ; nil for the parent's.
    ///
    /// The span is sampled when any sink takes it, so of known probabilities the highest is the right one, and none is
    /// when a sink takes it whose probability is not known. A span that no sink takes has the state of the first.
    static func traceState(of entries: [Entry], sinks: UInt64) -> UInt64? {
        if sinks == 0 { return entries.lazy.compactMap(\.traceState).first }
        let taken = entries.filter { sinks &>> UInt64($0.sink) & 1 != 0 }
        if let state = taken.lazy.filter({ $0.threshold == nil }).compactMap(\.traceState).first { return state }
        let isKnown = taken.count == sinks.nonzeroBitCount && taken.allSatisfy { $0.threshold != nil }
        return isKnown ? taken.min { ($0.threshold ?? 0) < ($1.threshold ?? 0) }?.traceState : nil
    }

    func traceState(of sink: Int) -> UInt64 {
        self.entries.first { $0.sink == sink }?.traceState ?? self.inherited
    }

    func attributes(of sink: Int) -> OTelAttributes {
        self.entries.first { $0.sink == sink }?.attributes ?? [:]
    }
}
