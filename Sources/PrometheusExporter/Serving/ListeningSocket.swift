import OTelSDK

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A socket that listens on one address of a host.
struct ListeningSocket: ~Copyable {
    private var descriptor: Int32

    /// Of all addresses of the host, IPv4 comes first: that is where clients look that know one address only.
    init(host: String, port: UInt16) throws(ConfigError) {
        var failure = EADDRNOTAVAIL
        for address in try Self.addresses(of: host, port: port) {
            switch address.listen() {
            case .success(let descriptor):
                self.descriptor = descriptor
                return
            case .failure(let error): failure = error.number
            }
        }
        throw Self.error(failure, host: host, port: port)
    }

    deinit {
        if self.descriptor >= 0 { _ = close(self.descriptor) }
    }

    /// The port that it has, also if any was asked for.
    var port: UInt16 {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(self.descriptor, $0, &size) }
            // Both families have the port in the same place.
            return $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { UInt16(bigEndian: $0.pointee.sin_port) }
        }
    }

    /// Leaves the descriptor to the caller.
    consuming func release() -> Int32 {
        let descriptor = self.descriptor
        discard self
        return descriptor
    }

    private static func addresses(of host: String, port: UInt16) throws(ConfigError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = SocketAddress.stream
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, "\(port)", &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else {
            throw ConfigError(
                setting: "PrometheusSink.host",
                value: host,
                expected: "a name or address of this machine (\(String(cString: gai_strerror(code))))"
            )
        }
        let addresses = sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { $0.map(SocketAddress.init) }
        return addresses.filter(\.isIPv4) + addresses.filter { !$0.isIPv4 }
    }

    private static func error(_ number: Int32, host: String, port: UInt16) -> ConfigError {
        let text = String(cString: strerror(number))
        if number == EADDRNOTAVAIL {
            let expected = "a name or address of this machine (\(text))"
            return ConfigError(setting: "PrometheusSink.host", value: host, expected: expected)
        }
        let expected = "a free port that this program may use, or 0 for any (\(text))"
        return ConfigError(setting: "PrometheusSink.port", value: "\(port)", expected: expected)
    }
}

/// One of the addresses of a host, copied out of the resolver's list.
private struct SocketAddress {
    struct Failure: Error { var number: Int32 }

    let family: Int32
    private let bytes: [UInt8]

    init(_ info: UnsafeMutablePointer<addrinfo>) {
        self.family = info.pointee.ai_family
        self.bytes = Array(UnsafeRawBufferPointer(start: info.pointee.ai_addr, count: Int(info.pointee.ai_addrlen)))
    }

    var isIPv4: Bool { self.family == AF_INET }

    /// A new descriptor that listens here and that an exec'd program does not inherit.
    func listen() -> Result<Int32, Failure> {
        let descriptor = socket(self.family, Self.stream, 0)
        guard descriptor >= 0 else { return .failure(Failure(number: errno)) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isBound = self.bytes.withUnsafeBytes { bytes in
            guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return bind(descriptor, address, socklen_t(bytes.count)) == 0
        }
        guard isBound, systemListen(descriptor, 64) == 0 else {
            let number = errno
            _ = close(descriptor)
            return .failure(Failure(number: number))
        }
        return .success(descriptor)
    }

    #if canImport(Glibc)
    static let stream = Int32(SOCK_STREAM.rawValue)
    #else
    static let stream = SOCK_STREAM
    #endif
}

/// Not the method of the same name.
private func systemListen(_ descriptor: Int32, _ backlog: Int32) -> Int32 {
    listen(descriptor, backlog)
}
