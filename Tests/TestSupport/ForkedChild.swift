#if canImport(Glibc)
import Glibc

/// Runs `body` in a forked child and returns its exit status; nil if it did not end by itself.
///
/// Another thread of this process may hold a lock at the moment of the fork which the child then waits for in vain:
/// an alarm ends such a child, and another one is tried.
package func inForkedChild(_ body: () -> Int32) -> Int32? {
    // Swift hides `fork` as unsafe, which this test is about.
    guard let symbol = dlsym(nil, "fork") else { return nil }
    let fork = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)
    for _ in 0..<3 {
        let child = fork()
        if child == 0 {
            alarm(2)
            _exit(body())
        }
        var status: Int32 = 0
        guard child > 0, waitpid(child, &status, 0) == child else { return nil }
        // WIFEXITED and WEXITSTATUS are macros.
        if status & 0x7F == 0 { return (status >> 8) & 0xFF }
    }
    return nil
}
#endif
