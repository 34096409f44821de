import OTelWire

/// Trace states that are kept for good, each found by the ticket it was given: few, and shared by many spans.
package struct TraceStatePins: Sendable {
    /// The bit of tickets that tells them from those of `TraceStateRing`.
    package static let flag: UInt64 = 1 << 39
    package static let capacity = 1024

    private struct State {
        var states: [OTelTraceState] = []
        var tickets: [OTelTraceState: UInt64] = [:]
    }

    private let state = SpinLocked(State())

    package init() {}

    /// The ticket of a state, the same for equal ones; nil for a new one when there is no more room.
    package func ticket(_ state: OTelTraceState) -> UInt64? {
        self.state.withLock { pins in
            if let ticket = pins.tickets[state] { return ticket }
            guard pins.states.count < Self.capacity else { return nil }
            let ticket = Self.flag | UInt64(pins.states.count)
            pins.states.append(state)
            pins.tickets[state] = ticket
            return ticket
        }
    }

    package func state(_ ticket: UInt64) -> OTelTraceState {
        self.state.withLock { pins in
            let index = Int(ticket & (Self.flag - 1))
            return index < pins.states.count ? pins.states[index] : OTelTraceState()
        }
    }

    package func resetAfterFork() {
        self.state.resetAfterFork()
    }
}
