import Testing

@testable import OTelHTTP

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Without the guard each of these tests ends the test process.
@Suite("Broken pipe guard")
struct BrokenPipeGuardTests {
    @Test("swallows the signal that a write to a closed pipe raises, and only while it holds")
    func swallows() {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        _ = close(ends[0])
        let guarded = BrokenPipeGuard()
        var byte: UInt8 = 1
        let count = write(ends[1], &byte, 1)
        let code = errno
        guarded.end()
        _ = close(ends[1])
        #expect(count == -1 && code == EPIPE)
        #expect(!Self.isBlocked)
    }

    @Test("leaves the mask of a thread that blocks the signal itself")
    func nested() {
        let outer = BrokenPipeGuard()
        let inner = BrokenPipeGuard()
        pthread_kill(pthread_self(), SIGPIPE)
        inner.end()
        let isStillBlocked = Self.isBlocked
        outer.end()
        #expect(isStillBlocked)
        #expect(!Self.isBlocked)
    }

    private static var isBlocked: Bool {
        var mask = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        return sigismember(&mask, SIGPIPE) == 1
    }
}
