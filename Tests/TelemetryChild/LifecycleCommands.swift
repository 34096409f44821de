import Glibc
import OTelAPI
import OTelSDK

/// Starting, ending, and using telemetry at other times.
enum LifecycleCommands {
    /// Keeps handles and spans from before the start, across shutdown, to a new start.
    static func restart(_ options: Options) {
        let early = Handles.tracer.startSpan("too-early")
        record("too-early", 3)
        let library = OTel.tracer("library")
        tell("early", early.isRecording || library.isEnabled)
        for run in 1...3 {
            let telemetry = options.start()
            early.end()
            record("run-\(run)", 10)
            library.startSpan("library-\(run)").end()
            let report = telemetry.shutdownBlocking(timeout: .seconds(10))
            tell("complete\(run)", report.isComplete)
            tell("accepted\(run)", report.statistics.sinks[0].accepted)
            record("between-\(run)", 3)
        }
    }

    /// A second global start is refused and leaves the first alone; a bad one leaves nothing behind.
    static func startTwice(_ options: Options) {
        do {
            _ = try OTel.start(Config(serviceName: " "))
        } catch {
            tell("bad", error)
        }
        let telemetry = options.start()
        record("first", 5)
        do {
            _ = try OTel.start(Config(serviceName: "second"))
            tell("second", "started")
        } catch {
            tell("second", error)
        }
        record("still-first", 5)
        tell("complete", telemetry.shutdownBlocking(timeout: .seconds(10)).isComplete)
    }

    /// Every call after shutdown, spans that were running included.
    static func useAfterShutdown(_ options: Options) {
        let telemetry = options.start()
        let own = telemetry.tracer("own")
        let running = Handles.tracer.startSpan("running")
        record("item", 10)
        let first = telemetry.shutdownBlocking(timeout: .seconds(10))
        tell("first", first.isInTime)

        running.setAttribute("late", 1)
        running.addEvent("late")
        running.setStatus(.ok)
        running.end()
        running.end()
        record("late", 10)
        own.startSpan("late").end()
        telemetry.tracer("new").startSpan("late").end()
        telemetry.logger("new").info("late")
        OTel.tracer("newer").startSpan("late").end()
        tell("enabled", Handles.tracer.isEnabled || Handles.logger.isEnabled(.fatal))
        let start = monotonicNanoseconds()
        let flush = telemetry.flushBlocking(timeout: .seconds(5))
        let second = telemetry.shutdownBlocking(timeout: .seconds(5))
        tell("milliseconds", (monotonicNanoseconds() - start) / 1_000_000)
        tell("second", flush.isInTime && second.isInTime)
        tell(second.statistics)
    }
}
