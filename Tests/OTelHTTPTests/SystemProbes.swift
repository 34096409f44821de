#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// This process's sockets whose peer is that port of the loopback interface.
func descriptors(connectedTo port: UInt16) -> [Int32] {
    (0..<1024).filter { descriptor in
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
        }
        return code == 0 && address.sin_family == sa_family_t(AF_INET) && UInt16(bigEndian: address.sin_port) == port
    }
}

func isCloseOnExec(_ descriptor: Int32) -> Bool {
    fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0
}

/// Starts a TCP connection to a loopback port and returns its socket.
func connectWithoutWaiting(to port: UInt16) -> Int32 {
    #if canImport(Glibc)
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
    let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    _ = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    return descriptor
}

#if canImport(Glibc)
/// Runs `body` in a forked child and returns its exit status; nil if it did not end by itself.
///
/// Another thread of this process may hold a lock at the moment of the fork which the child then waits for in vain:
/// an alarm ends such a child, and another one is tried.
func inForkedChild(_ body: () -> Int32) -> Int32? {
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
