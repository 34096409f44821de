import COTelRuntime

/// State behind a spin flag, for sections of tens of nanoseconds on the recording path.
///
/// Unlike `Mutex` it survives `fork()`: with a telemetry running, the process forks while no other thread is inside, and
/// the child frees by force what a thread held that stayed inside for too long. Never call out, allocate much or wait
/// inside.
package final class SpinLocked<State>: @unchecked Sendable {
    // Safety: `state` is touched only while `flag` is held.
    private let flag: UnsafeMutablePointer<UInt32>
    private var state: State

    package init(_ state: State) {
        self.flag = .allocate(capacity: 1)
        self.flag.initialize(to: 0)
        self.state = state
    }

    deinit {
        self.flag.deallocate()
    }

    package func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let thread = cotel_thread_get()
        cotel_section_enter(thread)
        cotel_lock(self.flag)
        defer {
            cotel_unlock(self.flag)
            cotel_section_leave(thread)
        }
        return try body(&self.state)
    }

    /// Frees the flag whoever holds it.
    ///
    /// Only for the single thread of a forked child.
    package func resetAfterFork() {
        cotel_unlock(self.flag)
    }
}
