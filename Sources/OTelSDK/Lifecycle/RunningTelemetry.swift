import COTelRuntime
import OTelAPI
import OTelWire

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The telemetries that run in this process: who is drained at a normal exit and who starts over after a fork.
enum RunningTelemetry {
    private static let cores = SpinLocked<[TelemetryCore]>([])

    static func add(_ core: TelemetryCore) {
        _ = self.hooks
        // Each time anew: a library that this telemetry's exporters brought in cleans up at exit, too, and must do so
        // after them. What is drained already is not drained again.
        atexit { RunningTelemetry.drainAtExit() }
        self.cores.withLock { $0.append(core) }
    }

    static func remove(_ core: TelemetryCore) {
        self.cores.withLock { $0.removeAll { $0 === core } }
    }

    /// Registered with the first telemetry.
    private static let hooks: Void = {
        _ = cotel_at_fork(
            {
                // Work first: the SDK's threads come to rest only if they may enter sections. Those are short, but on a
                // busy machine a thread inside may wait long for its processor.
                cotel_work_hold(100_000_000)
                cotel_sections_hold(1_000_000_000)
            },
            {
                cotel_sections_release()
                cotel_work_release()
            },
            {
                cotel_sections_reset()
                cotel_work_reset()
                RunningTelemetry.startOverAfterFork()
            }
        )
    }()

    private static func drainAtExit() {
        let draining = self.cores.withLock { $0 }.filter { $0.exitTimeout > .zero }
        guard let longest = draining.map(\.exitTimeout).max() else { return }
        _ = Fanout.all(draining, by: .after(longest)) { $0.shutdown(by: .after($0.exitTimeout)) }
    }

    private static func startOverAfterFork() {
        self.cores.resetAfterFork()
        SlotPool.resetAfterFork()
        TraceStateTable.resetAfterFork()
        HandleRegistry.shared.resetAfterFork()
        Diagnostics.resetAfterFork()
        for core in self.cores.withLock({ $0 }) {
            core.resetAfterFork()
        }
    }
}
