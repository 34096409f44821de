import COTelRuntime

/// Trace states that span handles refer to by ticket, so that a handle stays plain data.
///
/// A ring of the latest 16 384 states; most programs never have one. A state that was overwritten is still in the record
/// of a span that is being recorded; a handle without a record has an empty one then, and `evicted` counts that it was
/// asked for. States that were pinned stay for good.
package enum TraceStateTable {
    private static let ring = TraceStateRing()
    private static let pins = TraceStatePins()

    /// The ticket of a state; 0 for the empty one.
    ///
    /// Tickets have 40 bits; those of pinned states have the highest of them.
    package static func insert(_ state: OTelTraceState) -> UInt64 {
        // What would not be sent on is not kept: a span's state takes little memory whoever made it.
        let kept = state.isTooLong ? state.truncated() : state
        return kept.isEmpty ? 0 : self.ring.insert(kept)
    }

    /// A ticket that is never displaced, the same for equal states; 0 for the empty one.
    ///
    /// For the few states that many spans share, such as those of samplers: beyond 1024 of them, a ticket like any other.
    package static func pin(_ state: OTelTraceState) -> UInt64 {
        if state.isEmpty { return 0 }
        return self.pins.ticket(state) ?? self.insert(state)
    }

    /// The state of a ticket; nil when it was overwritten.
    @inline(__always)
    package static func stateIfKept(_ ticket: UInt64) -> OTelTraceState? {
        if ticket == 0 { return OTelTraceState() }
        return ticket & TraceStatePins.flag == 0 ? self.ring.state(ticket) : self.pins.state(ticket)
    }

    /// The state of a ticket; empty, and counted, when it was overwritten.
    @inline(__always)
    package static func state(_ ticket: UInt64) -> OTelTraceState {
        self.stateIfKept(ticket) ?? self.lost()
    }

    @inline(never)
    private static func lost() -> OTelTraceState {
        self.ring.countEvicted()
        return OTelTraceState()
    }

    /// Look-ups of a state that was overwritten before it was asked for.
    package static var evicted: UInt64 { self.ring.evicted }

    package static func resetAfterFork() {
        self.ring.resetAfterFork()
        self.pins.resetAfterFork()
    }
}
