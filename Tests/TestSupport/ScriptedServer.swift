import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A TCP server on a free port of 127.0.0.1 that does to each connection what a closure says.
///
/// The closure runs on a thread of the connection, which is closed when the closure returns.
package final class ScriptedServer: Sendable {
    package struct SetupError: Error {}

    private struct Connections {
        var count = 0
        /// Only open ones: a number that was closed may meanwhile be another test's.
        var open: Set<Int32> = []
    }

    package let port: UInt16
    private let listener: Int32
    private let connections = Mutex(Connections())
    private let stopped = Atomic(false)

    package init(_ serve: @escaping @Sendable (ServerConnection) -> Void) throws {
        let (listener, port) = try Self.listen(backlog: 16)
        self.listener = listener
        self.port = port
        startThread { [self] in self.acceptAll(serve) }
    }

    /// Answers every request of every connection in the same way.
    package static func answering(_ answer: @escaping @Sendable (ReceivedRequest) -> String) throws -> ScriptedServer {
        try ScriptedServer { connection in
            while let request = connection.readRequest() { connection.send(answer(request)) }
        }
    }

    package var connectionCount: Int { self.connections.withLock { $0.count } }

    /// Ends all connections.
    ///
    /// The accepting thread holds the server alive until then.
    package func stop() {
        guard !self.stopped.exchange(true, ordering: .sequentiallyConsistent) else { return }
        shutdown(self.listener, Int32(SHUT_RDWR))
        self.connections.withLock { for descriptor in $0.open { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }

    private func acceptAll(_ serve: @escaping @Sendable (ServerConnection) -> Void) {
        defer { _ = close(self.listener) }
        while !self.stopped.load(ordering: .sequentiallyConsistent) {
            let descriptor = accept(self.listener, nil, nil)
            guard descriptor >= 0 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            let index = self.connections.withLock { connections in
                connections.open.insert(descriptor)
                connections.count += 1
                return connections.count - 1
            }
            startThread { [self] in
                serve(ServerConnection(descriptor: descriptor, index: index))
                self.connections.withLock { connections in
                    connections.open.remove(descriptor)
                    _ = close(descriptor)
                }
            }
        }
    }

    /// A listening socket and its port.
    package static func listen(backlog: Int32) throws -> (descriptor: Int32, port: UInt16) {
        #if canImport(Glibc)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let listener = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(listener, address, size) == 0 else { return Int32(-1) }
                // Not the method of the same name.
                guard systemListen(listener, backlog) == 0 else { return -1 }
                return getsockname(listener, address, &size)
            }
        }
        guard code == 0 else { throw SetupError() }
        return (listener, UInt16(bigEndian: address.sin_port))
    }
}

/// One accepted connection, for its own thread.
package final class ServerConnection {
    package let index: Int
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(descriptor: Int32, index: Int) {
        self.descriptor = descriptor
        self.index = index
    }

    /// The next complete request, or nil at the end of the connection.
    package func readRequest() -> ReceivedRequest? {
        guard let head = self.readHead() else { return nil }
        var request = ReceivedRequest(head: head)
        let length = request.values("content-length").first.flatMap { Int($0) } ?? 0
        while self.buffer.count < length { guard self.fill() else { return nil } }
        request.body = Array(self.buffer.prefix(length))
        self.buffer.removeFirst(length)
        return request
    }

    /// The header of the next request, its body unread.
    package func readHead() -> String? {
        while true {
            if let end = self.buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: self.buffer[..<end.lowerBound], as: UTF8.self)
                self.buffer.removeFirst(end.upperBound)
                return head
            }
            guard self.fill() else { return nil }
        }
    }

    package func send(_ text: String) {
        self.send(Array(text.utf8))
    }

    /// False when the client is gone.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = systemSend(self.descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    /// Says nothing until the client gives up.
    package func stall() {
        while self.fill() { self.buffer = [] }
    }

    /// Neither reads nor writes until the client gives up.
    package func freeze() {
        var state = pollfd(fd: self.descriptor, events: Int16(POLLHUP), revents: 0)
        while poll(&state, 1, 20) == 0 { if self.peerIsGone { return } }
    }

    /// Ends with RST instead of FIN.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(self.descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Whether the client's FIN or RST has arrived behind unread data.
    private var peerIsGone: Bool {
        #if os(Linux)
        let hangUp = Int16(0x2000)  // POLLRDHUP, which needs _GNU_SOURCE
        #else
        let hangUp = Int16(POLLHUP)
        #endif
        var state = pollfd(fd: self.descriptor, events: hangUp, revents: 0)
        return poll(&state, 1, 0) != 0
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        let count = read(self.descriptor, &chunk, chunk.count)
        guard count > 0 else { return false }
        self.buffer += chunk[..<count]
        return true
    }
}

/// One request as it arrived.
package struct ReceivedRequest: Sendable {
    package let requestLine: String
    package let headers: [(name: String, value: String)]
    package var body: [UInt8] = []

    init(head: String) {
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        self.requestLine = lines.first.map(String.init) ?? ""
        self.headers = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (name.lowercased(), String(line.dropFirst(name.count + 1).drop { $0 == " " }))
        }
    }

    package func values(_ name: String) -> [String] {
        self.headers.filter { $0.name == name }.map(\.value)
    }
}

/// Runs `body` on a detached thread.
package func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = Unmanaged.passRetained(Box(body))
    #if canImport(Darwin)
    var thread: pthread_t?
    let run: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = {
        Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body()
        return nil
    }
    pthread_create(&thread, nil, run, box.toOpaque())
    if let thread { pthread_detach(thread) }
    #else
    var thread = pthread_t()
    let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
        if let box = $0 { Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body() }
        return nil
    }
    pthread_create(&thread, nil, run, box.toOpaque())
    pthread_detach(thread)
    #endif
}

private func systemListen(_ descriptor: Int32, _ backlog: Int32) -> Int32 {
    listen(descriptor, backlog)
}

/// `send` without SIGPIPE.
private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Darwin)
    send(descriptor, bytes, count, 0)
    #else
    send(descriptor, bytes, count, Int32(MSG_NOSIGNAL))
    #endif
}
