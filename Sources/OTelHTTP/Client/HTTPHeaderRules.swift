/// Which header fields may be sent: nothing that could end the line early or contradict the transport.
enum HTTPHeaderRules {
    /// Framing and coding belong to the transport; a second opinion would corrupt the request.
    private static let reserved: Set<String> = [
        "accept-encoding", "content-encoding", "content-length", "content-type", "expect", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Checks one field that a user configured.
    static func validate(name: String, value: String) throws(HTTPClient.ConfigurationError) {
        guard self.isToken(name) else { throw .invalidHeaderName(self.printable(name: name)) }
        guard !self.reserved.contains(name.lowercased()) else { throw .reservedHeader(name) }
        guard self.isFieldValue(value) else { throw .invalidHeaderValue(name: name) }
    }

    /// RFC 9110 §5.5 without line folding.
    ///
    /// Bytes above ASCII pass: they are opaque to HTTP.
    static func isFieldValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 == UInt8(ascii: "\t") || ($0 >= 0x20 && $0 != 0x7F) }
    }

    /// The leading token of a name that may be anything, for messages: a name that is in truth a whole
    /// "name: value" line must not show the value.
    static func printable(name: String) -> String {
        let prefix = name.utf8.prefix { self.isTokenByte($0) }.prefix(64)
        let text = String(decoding: prefix, as: UTF8.self)
        return prefix.count == name.utf8.count ? text : text + "…"
    }

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { self.isTokenByte($0) }
    }

    /// RFC 9110 §5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
