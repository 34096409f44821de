import Dispatch
import Glibc
import OTLPHTTPExporter
import OTelAPI
import OTelSDK

/// The ways in which a process ends.
enum EndCommands {
    /// Records and returns, from several threads when asked to.
    static func returnFromMain(_ options: Options) {
        _ = options.start()
        let threads = options.number("threads", 1)
        if threads == 1 {
            record("item", options.number("count", 1))
        } else {
            let group = DispatchGroup()
            for thread in 0..<threads {
                group.enter()
                startThread {
                    record("thread-\(thread)", options.number("count", 1))
                    group.leave()
                }
            }
            group.wait()
        }
        tell("returned", monotonicNanoseconds())
    }

    /// Returns with two telemetries running, the global one and one of its own.
    static func returnFromTwo(_ options: Options) {
        _ = options.start()
        record("global", options.number("count", 1))
        var config = options.config
        config.sinks = [TraceSink(.otlpHTTP(endpoint: options.text("second")))]
        guard let own = try? Telemetry(config) else { return tell("error", "no second telemetry") }
        for index in 0..<options.number("count", 1) { own.tracer("own").startSpan("own-\(index)").end() }
        tell("returned", monotonicNanoseconds())
    }

    /// Calls `exit` on a thread while the main thread sleeps.
    static func exitOnThread(_ options: Options) {
        _ = options.start()
        startThread {
            record("item", options.number("count", 1))
            exit(7)
        }
        while true { pause() }
    }

    /// Calls `exit` where `async` programs do.
    static func exitOnMainActor(_ options: Options) {
        _ = options.start()
        Task { @MainActor in
            record("item", options.number("count", 1))
            exit(7)
        }
        dispatchMain()
    }

    /// Ends while threads record and the export thread is sending.
    static func exitWhileExporting(_ options: Options) {
        let telemetry = options.start()
        for thread in 0..<2 {
            startThread {
                for index in 0... {
                    record("noise-\(thread)-\(index)", 1)
                    usleep(100)
                }
            }
        }
        // Some exports have begun by then, and the next ones do so all the time.
        while telemetry.statistics.sinks[0].exported < options.number("count", 50) { usleep(100) }
        exit(0)
    }

    /// Shuts down, and says how long that took and what became of everything.
    static func shutdown(_ options: Options) {
        let telemetry = options.start()
        record("item", options.number("count", 1))
        let start = monotonicNanoseconds()
        let report = telemetry.shutdownBlocking(timeout: options.milliseconds("timeout", 2000))
        tell("milliseconds", (monotonicNanoseconds() - start) / 1_000_000)
        tell("inTime", report.isInTime)
        tell(report.statistics)
        tell("returned", monotonicNanoseconds())
    }
}
