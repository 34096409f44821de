import COTelRuntime

/// State behind a mutex on which a thread can sleep until the state changes.
///
/// Only for the SDK's own threads and for the blocking entry points: nothing here may run on Swift's cooperative pool.
package final class Monitor<State>: @unchecked Sendable {
    // Safety: `state` is touched only between lock and unlock.
    private let monitor = cotel_monitor_create()
    private var state: State

    package init(_ state: State) {
        self.state = state
    }

    deinit {
        cotel_monitor_destroy(self.monitor)
    }

    /// Runs `body` with the state and wakes everybody who sleeps on it.
    package func update<Result>(_ body: (inout State) -> Result) -> Result {
        cotel_monitor_lock(self.monitor)
        defer {
            cotel_monitor_broadcast(self.monitor)
            cotel_monitor_unlock(self.monitor)
        }
        return body(&self.state)
    }

    /// Runs `body` with the state and wakes nobody.
    package func read<Result>(_ body: (State) -> Result) -> Result {
        cotel_monitor_lock(self.monitor)
        defer { cotel_monitor_unlock(self.monitor) }
        return body(self.state)
    }

    /// Sleeps until `body` returns a value, and returns it; nil when `deadline` passes first.
    package func wait<Result>(until deadline: Deadline, _ body: (inout State) -> Result?) -> Result? {
        cotel_monitor_lock(self.monitor)
        defer { cotel_monitor_unlock(self.monitor) }
        while true {
            if let result = body(&self.state) { return result }
            if deadline.isOver { return nil }
            _ = cotel_monitor_wait(self.monitor, deadline.nanoseconds)
        }
    }

    /// Forgets who held the lock.
    ///
    /// Only for the single thread of a forked child.
    package func resetAfterFork(_ body: (inout State) -> Void) {
        cotel_monitor_reset(self.monitor)
        body(&self.state)
    }
}
