import Glibc
import OTelAPI
import OTelSDK

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
