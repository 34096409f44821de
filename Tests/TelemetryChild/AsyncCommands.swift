import Dispatch
import Glibc
import OTelAPI
import OTelSDK
import Synchronization

/// What has to work in `async` code.
enum AsyncCommands {
    /// Records, flushes and shuts down on a cooperative pool that has a single thread.
    static func oneThread(_ options: Options) {
        let telemetry = options.start()
        if options.text("limit", "yes") == "yes" { OneThreadPool.limit() }
        self.run {
            tell("threads", await OneThreadPool.width())
            await Handles.tracer.withSpan("outer") { _ in
                await Handles.tracer.withSpan("inner") { _ in await Task.yield() }
                let report = await telemetry.flush(timeout: options.milliseconds("timeout", 5000))
                tell("flushed", report.isInTime)
            }
            let (together, flushTicks) = await self.ticks {
                async let first = telemetry.flush(timeout: options.milliseconds("timeout", 5000))
                async let second = telemetry.flush(timeout: options.milliseconds("timeout", 5000))
                return await [first, second].allSatisfy { $0.isInTime }
            }
            tell("together", together)
            tell("ticks.flush", flushTicks)
            let start = monotonicNanoseconds()
            let (report, shutdownTicks) = await self.ticks {
                await telemetry.shutdown(timeout: options.milliseconds("timeout", 5000))
            }
            tell("milliseconds", (monotonicNanoseconds() - start) / 1_000_000)
            tell("ticks.shutdown", shutdownTicks)
            tell("complete", report.isComplete)
            tell(report.statistics)
        }
    }

    /// How often a task that sleeps for 10 ms at a time woke up while `body` ran: rarely, if `body` blocks the pool.
    private static func ticks<Result: Sendable>(_ body: @Sendable () async -> Result) async -> (Result, Int) {
        let ticking = Task {
            var count = 0
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(10))
                count += 1
            }
            return count
        }
        let result = await body()
        ticking.cancel()
        return (result, await ticking.value)
    }

    /// Flushes and shuts down in tasks that are cancelled meanwhile and beforehand.
    static func cancelledTask(_ options: Options) {
        let telemetry = options.start()
        self.run {
            record("before", 700)
            let flushed = await withTaskGroup(of: TelemetryReport.self) { group in
                group.addTask { await telemetry.flush(timeout: .seconds(10)) }
                group.cancelAll()
                return await group.next()
            }
            tell("flushed", flushed?.isComplete ?? false)
            record("after", 700)
            await withTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask {
                    let report = await telemetry.shutdown(timeout: .seconds(10))
                    tell("cancelled", Task.isCancelled)
                    tell("complete", report.isComplete)
                    tell(report.statistics)
                }
            }
        }
    }

    /// Runs `body` on the cooperative pool while the main thread sleeps.
    private static func run(_ body: @escaping @Sendable () async -> Void) {
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            await body()
            done.signal()
        }
        done.wait()
    }
}

/// Takes all threads of the cooperative pool but one out of service.
private enum OneThreadPool {
    /// Not to be called on the pool.
    static func limit() {
        let release = DispatchSemaphore(value: 0)
        repeat {
            // Blocks a thread for good.
            guard self.starts({ release.wait() }) else { break }
        } while self.starts({})
        // No thread was left for the last one.
        release.signal()
    }

    /// Whether the pool has a thread for one more task.
    private static func starts(_ body: @escaping @Sendable () -> Void) -> Bool {
        let started = DispatchSemaphore(value: 0)
        Task.detached {
            started.signal()
            body()
        }
        return started.wait(timeout: .now() + .milliseconds(1500)) == .success
    }

    /// How many tasks run at once.
    @concurrent static func width() async -> Int {
        let running = Running()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    running.begin()
                    usleep(2000)
                    running.end()
                }
            }
        }
        return running.most
    }

    private final class Running: Sendable {
        private let state = Mutex((now: 0, most: 0))

        var most: Int { self.state.withLock { $0.most } }

        func begin() {
            self.state.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
        }

        func end() { self.state.withLock { $0.now -= 1 } }
    }
}
