import COTelCurl

extension HTTPFailure.Kind {
    /// The category of an unsuccessful transfer.
    init(_ code: CURLcode) {
        switch code {
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_SEND_ERROR,
            CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_PROXY,
            CURLE_NO_CONNECTION_AVAILABLE, CURLE_INTERFACE_FAILED:
            self = .connection
        case CURLE_OPERATION_TIMEDOUT:
            self = .timeout
        case CURLE_ABORTED_BY_CALLBACK:
            self = .cancelled
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
            self = .tls
        case CURLE_URL_MALFORMAT:
            self = .invalidURL
        // CURLE_TOO_LARGE, since 8.6: a header line above libcurl's own limit. Before, that is "out of memory".
        case CURLcode(rawValue: 100):
            self = .responseTooLarge
        // CURLE_WRITE_ERROR is ours and seen before. CURLE_UNSUPPORTED_PROTOCOL and CURLE_WEIRD_SERVER_REPLY: the
        // answer is not HTTP. CURLE_BAD_CONTENT_ENCODING: it does not decompress. The rest is memory or other protocols.
        default:
            self = .other
        }
    }
}

extension HTTPFailure {
    /// Ends before anything was sent.
    static func notStarted(_ kind: Kind, _ message: String) -> HTTPFailure {
        HTTPFailure(kind: kind, message: message, requestSent: false)
    }

    /// Makes libcurl's text fit for a log: one line, without the credentials of a proxy URL, which some of its
    /// messages quote whole.
    static func sanitized(_ text: String) -> String {
        let bytes = text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return String(decoding: bytes, as: UTF8.self) }
        let start = bytes[..<at].firstIndex(of: UInt8(ascii: "'")).map { $0 + 1 } ?? 0
        return String(decoding: bytes[..<start], as: UTF8.self) + "<redacted>"
            + String(decoding: bytes[at...], as: UTF8.self)
    }
}
