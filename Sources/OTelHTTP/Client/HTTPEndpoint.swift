import COTelCurl

/// What may be told of a URL that libcurl accepts, with an `http` or `https` scheme and a host.
package struct HTTPEndpoint: Sendable {
    /// Scheme, host, port and path alone: fit for messages.
    package let displayText: String

    package init(_ text: String) throws(HTTPClient.ConfigurationError) {
        try Self.checkText(text)
        guard let parts = CurlURL() else { throw .unavailable("out of memory") }
        try Self.check(parts.parse(text))
        guard let scheme = parts.part(CURLUPART_SCHEME)?.lowercased() else { throw Self.missingScheme }
        guard let host = parts.part(CURLUPART_HOST), !host.isEmpty else { throw Self.missingHost }
        let port = parts.part(CURLUPART_PORT).map { ":" + $0 } ?? ""
        self.displayText = "\(scheme)://\(host)\(port)\(parts.part(CURLUPART_PATH) ?? "/")"
    }

    /// A URL that need not be valid, for messages: without user name, password and query.
    package static func redacted(_ url: String) -> String {
        let scheme = url.firstRange(of: "://").map { url[..<$0.upperBound] } ?? ""
        guard let at = url.lastIndex(of: "@") else { return Self.withoutQuery(url[...]) }
        return "\(scheme)<redacted>\(Self.withoutQuery(url[at...]))"
    }

    private static func withoutQuery(_ text: Substring) -> String {
        String(text.prefix { $0 != "?" && $0 != "#" })
    }

    private static let missingScheme = HTTPClient.ConfigurationError.invalidURL(
        reason: "has no scheme; expected http:// or https://"
    )
    private static let missingHost = HTTPClient.ConfigurationError.invalidURL(reason: "has no host")

    /// What libcurl answers differently from version to version, or could not see at all: C strings end at NUL.
    private static func checkText(_ text: String) throws(HTTPClient.ConfigurationError) {
        guard !text.isEmpty else { throw .invalidURL(reason: "is empty") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw .invalidURL(reason: "holds a space or control character")
        }
        let bytes = Array(text.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            throw Self.missingScheme
        }
        let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        guard !scheme.isEmpty else { throw Self.missingScheme }
        guard scheme == "http" || scheme == "https" else {
            let shown = HTTPHeaderRules.printable(name: scheme)
            throw .invalidURL(reason: "has scheme \"\(shown)\"; expected http or https")
        }
    }

    /// The codes that `curl_url_set` documents for a whole URL.
    private static func check(_ code: CURLUcode) throws(HTTPClient.ConfigurationError) {
        switch code {
        case CURLUE_OK: ()
        case CURLUE_BAD_SCHEME, CURLUE_NO_SCHEME: throw Self.missingScheme
        case CURLUE_NO_HOST: throw Self.missingHost
        case CURLUE_OUT_OF_MEMORY: throw .unavailable("out of memory")
        case CURLUE_BAD_PORT_NUMBER: throw .invalidURL(reason: "has a port that is not between 0 and 65535")
        // Bad host name, IPv6 address, user name or slashes, all of them "malformed input" before 7.81.
        default: throw .invalidURL(reason: "is malformed: " + String(cString: COTelCurl_urlErrorText(code)))
        }
    }
}

/// Owner of a `CURLU`.
private struct CurlURL: ~Copyable {
    private let handle: OpaquePointer

    init?() {
        guard let handle = curl_url() else { return nil }
        self.handle = handle
    }

    deinit {
        curl_url_cleanup(self.handle)
    }

    func parse(_ text: String) -> CURLUcode {
        curl_url_set(self.handle, CURLUPART_URL, text, 0)
    }

    /// Nil when the URL lacks the part.
    func part(_ part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(self.handle, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
