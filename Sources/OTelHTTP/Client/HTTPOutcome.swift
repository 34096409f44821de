/// How one request ended.
package enum HTTPOutcome: Sendable {
    /// The server answered, with whatever status: what the status means is the exporter's business.
    case response(HTTPResponse)
    /// No complete answer came.
    case failure(HTTPFailure)
}

/// A complete answer, its body decompressed.
package struct HTTPResponse: Sendable, Equatable {
    package var status: Int
    /// As sent, parameters included; empty when the server sent none.
    package var contentType: String
    /// The value of `Retry-After` as sent: seconds or an HTTP date.
    package var retryAfter: String?
    package var body: [UInt8]
}

/// Why no complete answer came.
package struct HTTPFailure: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// Name not resolved, connection refused, reset or closed before the end of the answer.
        case connection
        /// No complete answer within the timeout, or no connection within the connect timeout.
        case timeout
        /// ``HTTPClient/cancel()`` was called.
        case cancelled
        /// Handshake or certificate check failed.
        case tls
        /// The answer is longer than the configuration allows, after decompression.
        case responseTooLarge
        /// libcurl refuses the URL, although it could be parsed.
        case invalidURL
        /// Anything else: an answer that is not HTTP, out of memory, an invalid extra header.
        case other
    }

    package var kind: Kind
    /// libcurl's description where there is one.
    ///
    /// One line, without credentials or header values.
    package var message: String
    /// Whether the whole request left this process.
    ///
    /// If not, the server cannot have acted on it.
    package var requestSent: Bool
}
