import COTelRuntime

/// State behind a spin flag, for sections of tens of nanoseconds on the recording path.
///
/// Unlike `Mutex` it can be freed by force in the child of a `fork()`, whose other threads, the holder among them, are
/// gone. Never call out, allocate much or wait inside.
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
        cotel_lock(self.flag)
        defer { cotel_unlock(self.flag) }
        return try body(&self.state)
    }

    /// Frees the flag whoever holds it.
    ///
    /// Only for the single thread of a forked child.
    package func resetAfterFork() {
        cotel_unlock(self.flag)
    }
}
