import OTelWire

/// Trace states that span handles refer to by ticket, so that a handle stays plain data.
///
/// A ring of the latest 8192 states; most programs never have one. A handle whose state was overwritten has an empty
/// one, and `evicted` counts that it was asked for.
package enum TraceStateTable {
    private static let capacity = 8192

    private struct State {
        var entries: [(ticket: UInt64, state: OTelTraceState)] = []
        var last: UInt64 = 0
        var evicted: UInt64 = 0
    }

    private static let table = SpinLocked(State())

    /// The ticket of a state; 0 for the empty one.
    ///
    /// Tickets have 40 bits.
    package static func insert(_ state: OTelTraceState) -> UInt64 {
        if state.isEmpty { return 0 }
        return self.table.withLock { table in
            table.last += 1
            let place = Int(table.last) % self.capacity
            while table.entries.count <= place { table.entries.append((0, OTelTraceState())) }
            table.entries[place] = (table.last, state)
            return table.last & 0xff_ffff_ffff
        }
    }

    package static func state(_ ticket: UInt64) -> OTelTraceState {
        if ticket == 0 { return OTelTraceState() }
        return self.table.withLock { table in
            let place = Int(ticket) % self.capacity
            guard place < table.entries.count, table.entries[place].ticket == ticket else {
                table.evicted += 1
                return OTelTraceState()
            }
            return table.entries[place].state
        }
    }

    /// Look-ups of a state that was overwritten before it was asked for.
    package static var evicted: UInt64 { self.table.withLock { $0.evicted } }

    package static func resetAfterFork() {
        self.table.resetAfterFork()
    }
}
