import Foundation
import NIOCore
import NIOHTTP1

/// A request as it came.
struct HTTPRequest: Sendable {
    var method: HTTPMethod
    /// Without the query.
    var path: String
    /// All header lines, in their order and with their repetitions.
    var headers: HTTPHeaders
    /// Nil when it was too large to keep.
    var body: ByteBuffer?
}

/// What a request gets.
struct HTTPResponse: Sendable {
    var status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: ByteBuffer

    init(_ status: HTTPResponseStatus, text: String) {
        self.status = status
        self.headers = ["content-type": "text/plain; charset=utf-8"]
        self.body = ByteBuffer(string: text + "\n")
    }

    init(_ status: HTTPResponseStatus, json: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.status = status
        self.headers = ["content-type": "application/json"]
        self.body = ByteBuffer(bytes: try encoder.encode(json))
    }
}

/// Why a request gets no better answer.
struct HTTPError: Error {
    var status: HTTPResponseStatus
    /// Shown to the client.
    var reason: String

    init(_ status: HTTPResponseStatus, _ reason: String) {
        self.status = status
        self.reason = reason
    }
}
