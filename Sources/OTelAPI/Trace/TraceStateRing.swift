import COTelRuntime

/// The latest trace states, each found by the number it was given.
///
/// On the path of every request that has a state: a flag and plain memory, without the checks that variables of a class
/// have. 380 -> 120 instructions to insert, Benchmarks "propagation.extract".
package struct TraceStateRing: @unchecked Sendable {
    // Safety: what the pointers lead to is touched only while `flag` is held.
    package let flag: UnsafeMutablePointer<UInt32>
    private let counts: UnsafeMutablePointer<(last: UInt64, evicted: UInt64)>
    /// The first `last` are initialized: memory that was never used costs nothing.
    private let entries: UnsafeMutablePointer<(ticket: UInt64, state: OTelTraceState)>

    /// As many as spans can be live at once; at most 9 MiB, since longer states are cut to 512 bytes.
    package static let capacity: UInt64 = 16_384

    package init() {
        self.flag = .allocate(capacity: 1)
        self.flag.initialize(to: 0)
        self.counts = .allocate(capacity: 1)
        self.counts.initialize(to: (0, 0))
        self.entries = .allocate(capacity: Int(Self.capacity))
    }

    @inline(__always)
    private func entry(_ ticket: UInt64) -> UnsafeMutablePointer<(ticket: UInt64, state: OTelTraceState)> {
        self.entries + Int((ticket &- 1) % Self.capacity)
    }

    /// The number of the state, at least 1.
    package func insert(_ state: OTelTraceState) -> UInt64 {
        cotel_lock(self.flag)
        var ticket = self.counts.pointee.last &+ 1
        if ticket == TraceStatePins.flag { ticket = Self.capacity + 1 }
        self.counts.pointee.last = ticket
        let entry = self.entry(ticket)
        guard ticket > Self.capacity else {
            entry.initialize(to: (ticket, state))
            cotel_unlock(self.flag)
            return ticket
        }
        let old = entry.move()
        entry.initialize(to: (ticket, state))
        cotel_unlock(self.flag)
        // Freed after the flag.
        withExtendedLifetime(old) {}
        return ticket
    }

    /// The state of a number; nil when it was displaced.
    package func state(_ ticket: UInt64) -> OTelTraceState? {
        cotel_lock(self.flag)
        defer { cotel_unlock(self.flag) }
        guard ticket <= self.counts.pointee.last, self.entry(ticket).pointee.ticket == ticket else { return nil }
        return self.entry(ticket).pointee.state
    }

    /// Counts a state that somebody asked for in vain.
    func countEvicted() {
        cotel_lock(self.flag)
        self.counts.pointee.evicted += 1
        cotel_unlock(self.flag)
    }

    package var evicted: UInt64 {
        cotel_lock(self.flag)
        defer { cotel_unlock(self.flag) }
        return self.counts.pointee.evicted
    }

    /// Frees the flag whoever holds it; if somebody does, all states are forgotten.
    ///
    /// Only for the single thread of a forked child.
    package func resetAfterFork() {
        if !cotel_try_lock(self.flag) {
            // The holder may have stopped between taking a state out and putting one in: what is there is not freed.
            for place in 0..<min(self.counts.pointee.last, Self.capacity) {
                (self.entries + Int(place)).initialize(to: (0, OTelTraceState()))
            }
        }
        cotel_unlock(self.flag)
    }
}
