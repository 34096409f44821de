import Glibc
import Synchronization

/// A client that does with its connection whatever a test wants.
final class RawClient: Sendable {
    struct Failure: Error { let what: String }

    struct Response: Sendable {
        var status = 0
        /// Names in lower case.
        var headers: [String: String] = [:]
        var body: [UInt8] = []

        var text: String { String(decoding: self.body, as: UTF8.self) }
    }

    private let descriptor: Int32
    private let buffer = Mutex<[UInt8]>([])

    init(_ port: UInt16) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        // Only a broken server makes a client wait so long.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(self.descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // The descriptor is closed by deinit, as it is for an object that is complete.
        guard code == 0 else { throw Failure(what: "connect: \(String(cString: strerror(errno)))") }
    }

    deinit {
        _ = close(self.descriptor)
    }

    /// False when the server is gone.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = Glibc.send(self.descriptor, Array(bytes[sent...]), bytes.count - sent, Int32(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// A request without a body.
    func request(_ method: String = "GET", _ path: String = "/metrics", headers: [String] = []) {
        self.send(
            ([("\(method) \(path) HTTP/1.1"), "Host: localhost"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
        )
    }

    /// The next response; to a HEAD, without a body.
    func response(toHead: Bool = false) throws -> Response {
        try self.buffer.withLock { buffer in
            var response = Response()
            while true {
                if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                    response.readHead(String(decoding: buffer[..<end.lowerBound], as: UTF8.self))
                    buffer.removeFirst(end.upperBound)
                    break
                }
                try self.fill(&buffer)
            }
            let length = toHead ? 0 : response.headers["content-length"].flatMap { Int($0) } ?? 0
            while buffer.count < length { try self.fill(&buffer) }
            response.body = Array(buffer.prefix(length))
            buffer.removeFirst(length)
            return response
        }
    }

    /// Whether the server has closed the connection, after what may still come.
    func isEnded() -> Bool {
        self.buffer.withLock { buffer in
            do throws(Failure) {
                while true { try self.fill(&buffer) }
            } catch {
                return error.what == "end"
            }
        }
    }

    /// Whether something arrives within that many milliseconds.
    func hasData(within milliseconds: Int32) -> Bool {
        var state = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, milliseconds) > 0
    }

    private func fill(_ buffer: inout [UInt8]) throws(Failure) {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(self.descriptor, &chunk, chunk.count)
        // Closed with unread data is reset.
        if count == 0 || (count < 0 && errno == ECONNRESET) { throw Failure(what: "end") }
        guard count > 0 else { throw Failure(what: String(cString: strerror(errno))) }
        buffer += chunk[..<count]
    }
}

extension RawClient.Response {
    fileprivate mutating func readHead(_ head: String) {
        let lines = head.split(separator: "\r\n")
        self.status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        for line in lines.dropFirst() {
            let name = line.prefix { $0 != ":" }
            self.headers[name.lowercased()] = String(line.dropFirst(name.count + 1).drop { $0 == " " })
        }
    }
}

extension RawClient {
    /// One request on a connection of its own.
    static func get(_ port: UInt16, _ path: String = "/metrics", headers: [String] = []) throws -> Response {
        let client = try RawClient(port)
        client.request("GET", path, headers: headers)
        return try client.response()
    }
}

/// How many descriptors of this process are open.
func openDescriptors() -> Int {
    (0..<4096).filter { (descriptor: Int32) in fcntl(descriptor, F_GETFD) >= 0 }.count
}

/// How many sockets of this process have that port of their own.
func descriptors(boundTo port: UInt16) -> Int {
    (0..<1024).filter { (descriptor: Int32) in
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return code == 0 && address.sin_family == sa_family_t(AF_INET) && UInt16(bigEndian: address.sin_port) == port
    }.count
}

extension RawClient {
    /// The body of an answer of any server: in HTTP/1.0, which has no chunks.
    static func getUntilEnd(_ port: UInt16, _ path: String) throws -> String {
        let client = try RawClient(port)
        client.send("GET \(path) HTTP/1.0\r\nHost: localhost\r\n\r\n")
        guard client.isEnded() else { throw Failure(what: "no end") }
        return client.buffer.withLock { buffer in
            let end = buffer.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? buffer.endIndex
            return String(decoding: buffer[end...], as: UTF8.self)
        }
    }
}
