import Glibc
import OTelAPI
import OTelSDK
import OTelWire

/// Forks again and again with telemetry queued; parent and children record and end normally.
enum ForkCommand {
    static func run(_ options: Options) {
        _ = options.start()
        for thread in 0..<options.number("threads", 0) {
            startThread {
                // Holds the SDK's locks at the moment of some fork.
                for index in 0... {
                    record("noise-\(thread)-\(index)", 1)
                    usleep(200)
                }
            }
        }
        for repetition in 0..<options.number("repetitions", 50) {
            record("parent-\(repetition)", options.number("count", 20))
            // Somewhere in the middle of an export, if there is one.
            usleep(UInt32.random(in: 0...UInt32(options.number("pause", 0))))
            let child = forkProcess()
            if child == 0 {
                record("child-\(repetition)", options.number("count", 20))
                return
            }
            let ending = wait(for: child, seconds: 5)
            if ending != "exited 0" { tell("child-\(repetition)", ending) }
        }
        record("end", 1)
        tell("returned", monotonicNanoseconds())
        exit(0)
    }

    /// Forks while another thread is inside a section under a lock of the SDK, at a place where what it protects is torn.
    static func runInSections(_ options: Options) {
        _ = options.start()
        let pair = SpinLocked((first: 0, second: 0))
        startThread {
            while true {
                pair.withLock { pair in
                    pair.first += 1
                    usleep(5000)
                    pair.second += 1
                }
            }
        }
        for repetition in 0..<options.number("repetitions", 20) {
            usleep(7000)
            let child = forkProcess()
            if child == 0 {
                pair.resetAfterFork()
                _exit(pair.withLock { $0.first == $0.second } ? 0 : 1)
            }
            let ending = wait(for: child, seconds: 5)
            if ending != "exited 0" { tell("child-\(repetition)", ending) }
        }
        tell("sections", pair.withLock { $0.second })
        exit(0)
    }

    /// Forks while other threads do what takes locks of the SDK: take new tracers and instruments, start spans that have
    /// a trace state, end them on other threads.
    static func runWhileStarting(_ options: Options) {
        _ = options.start()
        let started = SpinLocked<[OTelSpan]>([])
        for thread in 0..<options.number("threads", 3) {
            startThread {
                for index in 0... {
                    spans("noise-\(thread)-\(index)", started)
                }
            }
        }
        for repetition in 0..<options.number("repetitions", 50) {
            usleep(500)
            let child = forkProcess()
            if child == 0 {
                for index in 0..<20 { spans("child-\(repetition)-\(index)", started) }
                for span in started.withLock({ $0 }) { span.end() }
                _exit(0)
            }
            let ending = wait(for: child, seconds: 5)
            if ending != "exited 0" { tell("child-\(repetition)", ending) }
        }
        tell("returned", monotonicNanoseconds())
        _exit(0)
    }

    /// Starts a span with a trace state under a tracer of its own, and ends another thread's.
    private static func spans(_ name: String, _ started: SpinLocked<[OTelSpan]>) {
        let parent = OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 2),
            spanID: OTelSpanID(3),
            traceFlags: .sampled,
            traceState: OTelTraceState("name=\(name)") ?? OTelTraceState(),
            isRemote: true
        )
        let span = OTel.tracer(name).startSpan(name, parent: OTelContext.root.with(OTelSpan(parent)))
        _ = span.context.traceState
        _ = OTel.meter("noise").counter(name)
        let other = started.withLock { started -> OTelSpan? in
            started.append(span)
            return started.count > 100 ? started.remove(at: 0) : nil
        }
        other?.end()
    }

    /// Swift hides `fork` as unsafe, which is what this is about.
    private static func forkProcess() -> pid_t {
        guard let symbol = dlsym(nil, "fork") else { return -1 }
        return unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)()
    }

    private static func wait(for child: pid_t, seconds: Int) -> String {
        var status: Int32 = 0
        for _ in 0..<(seconds * 1000) {
            guard waitpid(child, &status, WNOHANG) == 0 else {
                return status & 0x7f == 0 ? "exited \(status >> 8 & 0xff)" : "signalled \(status & 0x7f)"
            }
            usleep(1000)
        }
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        return "stuck"
    }
}
