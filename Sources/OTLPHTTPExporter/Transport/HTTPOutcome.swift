/// How one request ended.
enum HTTPOutcome: Sendable {
    /// The server answered, with whatever status: what the status means is the exporter's business.
    case response(HTTPResponse)
    /// No complete answer came.
    case failure(HTTPFailure)
}

/// A complete answer, its body decompressed.
struct HTTPResponse: Sendable, Equatable {
    var status: Int
    /// As sent, parameters included; empty when the server sent none.
    var contentType: String
    /// The value of `Retry-After` as sent: seconds or an HTTP date.
    var retryAfter: String?
    var body: [UInt8]
}

/// Why no complete answer came.
struct HTTPFailure: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
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

    var kind: Kind
    /// libcurl's description where there is one.
    ///
    /// One line, without credentials or header values.
    var message: String
    /// Whether the whole request left this process.
    ///
    /// If not, the server cannot have acted on it.
    var requestSent: Bool
}
