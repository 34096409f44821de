import Dispatch
import Glibc
import OTelAPI
import OTelSDK

/// What has to work in `async` code.
enum AsyncCommands {
    /// Records, flushes and shuts down on a cooperative pool that has a single thread.
    static func oneThread(_ options: Options) {
        let telemetry = options.start()
        self.run {
            await OneThreadPool.limit()
            tell("threads", await OneThreadPool.width())
            await Handles.tracer.withSpan("outer") { _ in
                await Handles.tracer.withSpan("inner") { _ in await Task.yield() }
                let report = await telemetry.flush(timeout: options.milliseconds("timeout", 5000))
                tell("flushed", report.isInTime)
            }
            // The pool's one thread is free meanwhile: other tasks go on.
            let ticks = Task {
                var count = 0
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(10))
                    count += 1
                }
                return count
            }
            async let first = telemetry.flush(timeout: options.milliseconds("timeout", 5000))
            async let second = telemetry.flush(timeout: options.milliseconds("timeout", 5000))
            let reports = await [first, second]
            tell("together", reports.allSatisfy { $0.isInTime })
            let start = monotonicNanoseconds()
            let report = await telemetry.shutdown(timeout: options.milliseconds("timeout", 5000))
            tell("milliseconds", (monotonicNanoseconds() - start) / 1_000_000)
            tell("complete", report.isComplete)
            tell(report.statistics)
            ticks.cancel()
            tell("ticks", await ticks.value)
        }
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
    static func limit() async {
        // Each blocks a thread for good; the pool has as many as there are processors.
        while await self.width() > 1 {
            Task.detached { while true { pause() } }
            usleep(10_000)
        }
    }

    /// How many threads work at once.
    @concurrent static func width() async -> Int {
        await withTaskGroup(of: UInt.self) { group in
            for _ in 0..<32 {
                group.addTask {
                    usleep(2000)
                    return UInt(pthread_self())
                }
            }
            return await group.reduce(into: Set<UInt>()) { $0.insert($1) }.count
        }
    }
}
