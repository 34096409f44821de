import Foundation

/// Talks to the collector's admin port: one connection a request, over plain sockets, so that no HTTP library which is
/// under test takes part.
struct AdminClient: Sendable {
    let port: UInt16

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func get<Answer: Decodable>(_ path: String) throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: self.send("GET", path))
    }

    @discardableResult
    func send(_ method: String, _ path: String, _ body: String = "") throws -> Data {
        let connection = try Connection(port: self.port)
        try connection.write(
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        let answer = try connection.readToEnd()
        guard let end = answer.range(of: Data("\r\n\r\n".utf8)) else {
            throw Failure(description: "no answer to \(path)")
        }
        let content = answer[end.upperBound...]
        guard answer.starts(with: Data("HTTP/1.1 200".utf8)) else {
            throw Failure(description: "\(method) \(path): \(String(decoding: content, as: UTF8.self))")
        }
        return content
    }
}

private final class Connection {
    private let descriptor: Int32

    init(port: UInt16) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Self.failure("connect") }
    }

    deinit {
        _ = close(self.descriptor)
    }

    func write(_ text: String) throws {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Self.failure("send") }
            bytes = bytes.dropFirst(count)
        }
    }

    func readToEnd() throws -> Data {
        var data = Data()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(self.descriptor, &chunk, chunk.count, 0)
            guard count >= 0 else { throw Self.failure("recv") }
            if count == 0 { return data }
            data.append(contentsOf: chunk[..<count])
        }
    }

    private static func failure(_ call: String) -> AdminClient.Failure {
        AdminClient.Failure(description: "\(call): \(String(cString: strerror(errno)))")
    }
}
