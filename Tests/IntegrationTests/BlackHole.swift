import Foundation

/// A port whose connections are neither accepted nor refused, as behind a firewall that drops packets.
final class BlackHole {
    let endpoint: String
    private var sockets: [Int32] = []

    init() throws {
        let listener = Self.makeSocket()
        self.sockets = [listener]
        var address = Self.loopback
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, size)
                _ = listen(listener, 0)
                _ = getsockname(listener, $0, &size)
            }
        }
        self.endpoint = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        // Fill the backlog: the kernel drops what comes after.
        for _ in 0..<3 {
            let filler = Self.makeSocket()
            self.sockets.append(filler)
            _ = fcntl(filler, F_SETFL, O_NONBLOCK)
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(filler, $0, size) }
            }
        }
        usleep(50_000)
    }

    deinit {
        for descriptor in self.sockets { _ = close(descriptor) }
    }

    private static func makeSocket() -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private static var loopback: sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
