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

    func traceState(of sink: Int) -> UInt64 {
        self.entries.first { $0.sink == sink }?.traceState ?? self.inherited
    }

    func attributes(of sink: Int) -> OTelAttributes {
        self.entries.first { $0.sink == sink }?.attributes ?? [:]
    }
}
