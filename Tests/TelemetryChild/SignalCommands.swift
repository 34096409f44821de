import Glibc
import OTelAPI
import OTelSDK

/// Waits for a signal while exports are under way.
enum SignalCommands {
    // Safety: an aligned word, written by the handler alone.
    nonisolated(unsafe) private static var wasHandled: sig_atomic_t = 0

    static func run(_ options: Options) {
        _ = options.start()
        record("item", options.number("count", 600))
        if options.text("handler") == "yes" {
            signal(SIGTERM) { _ in
                SignalCommands.wasHandled = 1
                let line: StaticString = "handled=yes\n"
                _ = write(STDOUT_FILENO, line.utf8Start, line.utf8CodeUnitCount)
            }
            tell("ready", "yes")
            while self.wasHandled == 0 { usleep(1000) }
            tell("returned", monotonicNanoseconds())
        } else {
            tell("ready", "yes")
            while true { pause() }
        }
    }
}
