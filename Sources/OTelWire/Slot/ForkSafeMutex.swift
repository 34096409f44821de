import COTelRuntime
import Synchronization

/// State behind a mutex, for sections off the recording path that are too long for `SpinLocked`.
///
/// With a telemetry running, the process forks while no other thread is inside: a plain `Mutex` that a thread of the
/// parent holds can never be taken in the child.
package struct ForkSafeMutex<State>: ~Copyable, Sendable {
    private let mutex: Mutex<State>

    package init(_ state: consuming sending State) {
        self.mutex = Mutex(state)
    }

    package borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending State) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        let thread = cotel_thread_get()
        cotel_section_enter(thread)
        defer { cotel_section_leave(thread) }
        return try self.mutex.withLock(body)
    }
}
