#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Keeps SIGPIPE from the calling thread while it works on sockets.
///
/// With `CURLOPT_NOSIGNAL` libcurl leaves the signal to its user, and before 7.87 its TLS writes can raise it: the
/// default action would end the process.
struct BrokenPipeGuard {
    private let wasBlocked: Bool
    private let wasPending: Bool

    init() {
        var signals = Self.brokenPipe
        var previous = sigset_t()
        self.wasPending = Self.isPending
        pthread_sigmask(SIG_BLOCK, &signals, &previous)
        self.wasBlocked = sigismember(&previous, SIGPIPE) == 1
    }

    /// Takes back what this thread caused, then restores its mask.
    ///
    /// On the thread that created the guard.
    func end() {
        var signals = Self.brokenPipe
        if !self.wasPending, Self.isPending { Self.consume(&signals) }
        if !self.wasBlocked { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
    }

    private static var brokenPipe: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        return signals
    }

    private static var isPending: Bool {
        var pending = sigset_t()
        sigemptyset(&pending)
        sigpending(&pending)
        return sigismember(&pending, SIGPIPE) == 1
    }

    private static func consume(_ signals: inout sigset_t) {
        #if canImport(Darwin)
        var signal: Int32 = 0
        sigwait(&signals, &signal)
        #else
        // Without waiting: a signal sent to the whole process may meanwhile have gone to another thread.
        var now = timespec()
        sigtimedwait(&signals, nil, &now)
        #endif
    }
}
