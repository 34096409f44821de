import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers HTTP/1 requests, one on each connection: to end it is then enough to accept no more and wait.
struct HTTPServer: Sendable {
    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    /// Bodies beyond are read but not kept.
    private static let maximumBody = 1 << 20

    private let listener: NIOAsyncChannel<any Channel, Never>

    /// A server to which clients can connect, but that answers nothing before `run`.
    ///
    /// Port 0 picks a free one.
    static func bind(host: String, port: UInt16) async throws -> HTTPServer {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 256)
            // Nothing is read before somebody is there to serve the connection.
            .childChannelOption(.autoRead, value: false)
            .bind(host: host, port: Int(port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return channel
                }
            }
        return HTTPServer(listener: listener)
    }

    /// Where the server listens.
    var port: Int { self.listener.channel.localAddress?.port ?? 0 }

    /// Answers requests with `handler`, many at a time, until `stop` was called and all are answered.
    func run(_ handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) async throws {
        try await self.listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    group.addTask {
                        // A client that goes away or talks nonsense harms nobody else.
                        try? await Self.serve(connection, handler)
                    }
                }
            }
        }
    }

    /// Accepts no more connections.
    func stop() {
        self.listener.channel.close(promise: nil)
    }

    private static func serve(
        _ channel: any Channel,
        _ handler: @Sendable (HTTPRequest) async -> HTTPResponse
    ) async throws {
        let connection = try await channel.eventLoop.submit {
            // Throws for a connection that is gone by now.
            try channel.syncOptions?.setOption(.autoRead, value: true)
            return try Connection(wrappingChannelSynchronously: channel)
        }.get()
        try await connection.executeThenClose { inbound, outbound in
            var request: HTTPRequest?
            for try await part in inbound {
                switch part {
                case .head(let head): request = HTTPRequest(head)
                case .body(let bytes): request?.append(bytes, upTo: Self.maximumBody)
                case .end:
                    guard let request else { return }
                    return try await outbound.write(contentsOf: handler(request).parts(to: request.method))
                }
            }
        }
    }
}

extension HTTPRequest {
    fileprivate init(_ head: HTTPRequestHead) {
        self.init(
            method: head.method,
            path: String(head.uri.prefix { $0 != "?" }),
            headers: head.headers,
            body: ByteBuffer()
        )
    }

    fileprivate mutating func append(_ bytes: ByteBuffer, upTo maximum: Int) {
        guard let count = self.body?.readableBytes, count + bytes.readableBytes <= maximum else {
            return self.body = nil
        }
        self.body?.writeImmutableBuffer(bytes)
    }
}

extension HTTPResponse {
    fileprivate func parts(to method: HTTPMethod) -> [HTTPServerResponsePart] {
        var headers = self.headers
        headers.replaceOrAdd(name: "content-length", value: "\(self.body.readableBytes)")
        headers.replaceOrAdd(name: "connection", value: "close")
        let head = HTTPResponseHead(version: .http1_1, status: self.status, headers: headers)
        return [.head(head)] + (method == .HEAD ? [] : [.body(.byteBuffer(self.body))]) + [.end(nil)]
    }
}
