import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends requests and changes nothing about their headers.
///
/// Each gets a connection of its own.
struct HTTPClient: Sendable {
    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    struct NoAnswer: Error, CustomStringConvertible {
        var description: String { "no answer" }
    }

    /// What connecting may take, and then the answer.
    private static let timeout = TimeAmount.seconds(3)

    /// Sends `body` and returns the status of the answer, whatever it is.
    func post(_ body: ByteBuffer, to address: HTTPAddress, headers: HTTPHeaders) async throws -> HTTPResponseStatus {
        var headers = headers
        headers.replaceOrAdd(name: "host", value: address.authority)
        headers.replaceOrAdd(name: "content-length", value: "\(body.readableBytes)")
        headers.replaceOrAdd(name: "connection", value: "close")
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: address.target, headers: headers)

        let connection = try await self.connect(to: address)
        return try await connection.executeThenClose { inbound, outbound in
            let channel = connection.channel
            let timer = channel.eventLoop.scheduleTask(in: Self.timeout) { channel.close(promise: nil) }
            defer { timer.cancel() }
            try await outbound.write(contentsOf: [.head(head), .body(.byteBuffer(body)), .end(nil)])
            return try await Self.status(inbound)
        }
    }

    private func connect(to address: HTTPAddress) async throws -> Connection {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(Self.timeout)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// The status of the answer, once all of it is there.
    private static func status(_ parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws
        -> HTTPResponseStatus
    {
        var status: HTTPResponseStatus?
        for try await part in parts {
            switch part {
            case .head(let head): status = head.status
            case .body: ()
            case .end: if let status { return status }
            }
        }
        throw NoAnswer()
    }
}
