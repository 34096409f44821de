import COTelMicroHTTPD
import OTelSDK
import OTelWire
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A running server of libmicrohttpd: one thread that serves all connections.
///
/// A client that reads slowly or not at all holds up no other one; it is cut off after a while.
final class HTTPDaemon: @unchecked Sendable {
    // Safety: libmicrohttpd locks what its functions share; `stop` is called once, by the only owner.
    static let maxConnections: UInt32 = 64
    /// After so long without progress a connection is closed.
    static let idleSeconds: UInt32 = 10
    /// What a request may take apart from its body, which nobody reads.
    static let maxHeaderBytes = 16_384

    private let daemon: OpaquePointer
    private let listener: Int32
    private let isListenerOurs = Atomic(false)
    private let clients: Unmanaged<HTTPClients>

    /// Takes over the socket; nil when the system refuses a thread or memory.
    init?(_ socket: consuming ListeningSocket, answer: @escaping @Sendable (ScrapeRequest) -> ScrapeResponse) {
        let clients = Unmanaged.passRetained(HTTPClients(answer))
        let descriptor = socket.release()
        var settings = COTelMicroHTTPD_settings(
            listener: descriptor,
            connections: Self.maxConnections,
            idle_seconds: Self.idleSeconds,
            header_bytes: Self.maxHeaderBytes,
            answer: HTTPClients.answer,
            connection: HTTPClients.connection,
            completed: HTTPClients.completed,
            context: clients.toOpaque()
        )
        guard let daemon = COTelMicroHTTPD_start(&settings) else {
            _ = systemClose(descriptor)
            clients.release()
            return nil
        }
        self.daemon = daemon
        self.listener = descriptor
        self.clients = clients
    }

    /// Takes no further connections.
    ///
    /// The socket stays open until the thread has ended: the thread may be about to take it from what it polls, and ends
    /// the process if it can't.
    func refuse() {
        // MHD_INVALID_SOCKET: the daemon can't let go of it, and closes it at its end.
        self.isListenerOurs.store(MHD_quiesce_daemon(self.daemon) >= 0, ordering: .relaxed)
        shutdown(self.listener, Int32(SHUT_RDWR))
    }

    /// Blocks until no request is being answered; false when `deadline` passes first.
    func finish(by deadline: Deadline) -> Bool {
        self.clients.takeUnretainedValue().finish(by: deadline)
    }

    /// Ends the thread and all connections.
    ///
    /// Blocks while a request is being answered. The last call.
    func stop() {
        MHD_stop_daemon(self.daemon)
        if self.isListenerOurs.load(ordering: .relaxed) { _ = systemClose(self.listener) }
        self.clients.release()
    }

    /// In a forked child, which has no such thread: lets go of the sockets, which are the parent's, and nothing else.
    func leaveToParent() {
        let descriptors = [self.listener, COTelMicroHTTPD_epoll(self.daemon)]
        for descriptor in descriptors where descriptor >= 0 { _ = systemClose(descriptor) }
        self.clients.takeUnretainedValue().leaveToParent()
    }
}

/// The connections of a server and their requests, on the server's thread.
private final class HTTPClients: Sendable {
    private let respond: @Sendable (ScrapeRequest) -> ScrapeResponse
    private let sockets = SpinLocked<Set<Int32>>([])
    private let requests = Monitor(0)

    init(_ respond: @escaping @Sendable (ScrapeRequest) -> ScrapeResponse) {
        self.respond = respond
    }

    func finish(by deadline: Deadline) -> Bool {
        self.requests.wait(until: deadline) { $0 == 0 ? true : nil } ?? false
    }

    func leaveToParent() {
        self.sockets.resetAfterFork()
        for socket in self.sockets.withLock({ $0 }) { _ = systemClose(socket) }
    }

    static let answer: MHD_AccessHandlerCallback = { context, connection, url, method, _, _, bodySize, state in
        guard let context, let connection, let url, let method, let state else { return COTelMicroHTTPD_no }
        let clients = Unmanaged<HTTPClients>.fromOpaque(context).takeUnretainedValue()
        let name = String(cString: method)
        if state.pointee == nil {
            state.pointee = context
            clients.requests.update { $0 += 1 }
            // The header is there. Another call comes when the request is complete; an answer before that ends the
            // connection, which is right for what may send a body.
            if name == "GET" || name == "HEAD" { return COTelMicroHTTPD_yes }
        }
        // A body is not looked at.
        if let bodySize, bodySize.pointee > 0 {
            bodySize.pointee = 0
            return COTelMicroHTTPD_yes
        }
        let request = ScrapeRequest(
            method: name,
            path: String(cString: url),
            accept: COTelMicroHTTPD_header(connection, "Accept").map { String(cString: $0) },
            timeout: COTelMicroHTTPD_header(connection, "X-Prometheus-Scrape-Timeout-Seconds").map {
                String(cString: $0)
            }
        )
        return clients.respond(request).queue(connection)
    }

    static let completed: MHD_RequestCompletedCallback = { context, _, state, _ in
        guard let context, let state, state.pointee != nil else { return }
        state.pointee = nil
        Unmanaged<HTTPClients>.fromOpaque(context).takeUnretainedValue().requests.update { $0 -= 1 }
    }

    static let connection: MHD_NotifyConnectionCallback = { context, connection, _, event in
        guard let context, let connection else { return }
        let clients = Unmanaged<HTTPClients>.fromOpaque(context).takeUnretainedValue()
        let socket = COTelMicroHTTPD_socket(connection)
        clients.sockets.withLock { sockets in
            if COTelMicroHTTPD_begins(event) != 0 {
                sockets.insert(socket)
            } else {
                sockets.remove(socket)
            }
        }
    }
}

extension ScrapeResponse {
    /// Hands the response to libmicrohttpd, which copies it.
    fileprivate func queue(_ connection: OpaquePointer) -> MHD_Result {
        // Out of memory: "no" closes the connection.
        guard let response = self.body.withUnsafeBytes({ COTelMicroHTTPD_response($0.baseAddress, $0.count) }) else {
            return COTelMicroHTTPD_no
        }
        defer { MHD_destroy_response(response) }
        for header in self.headers { MHD_add_response_header(response, header.name, header.value) }
        return MHD_queue_response(connection, self.status, response)
    }
}

/// Not the method of the same name.
private func systemClose(_ descriptor: Int32) -> Int32 {
    close(descriptor)
}
