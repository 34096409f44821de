/// One request as the session needs it.
///
/// Valid only while the caller keeps the body's bytes alive.
struct HTTPRequest {
    var body: UnsafeRawBufferPointer
    /// Complete and validated, in the order of sending.
    var headers: [(name: String, value: String)]
    var timeout: Duration

    /// Puts the fields together: extra headers replace configured ones of the same name.
    static func headers(
        contentType: String,
        contentEncoding: String?,
        configured: [(name: String, value: String)],
        extra: [(String, String)]
    ) throws(HTTPClient.ConfigurationError) -> [(name: String, value: String)] {
        guard HTTPHeaderRules.isFieldValue(contentType) else { throw .invalidHeaderValue(name: "Content-Type") }
        guard HTTPHeaderRules.isFieldValue(contentEncoding ?? "") else {
            throw .invalidHeaderValue(name: "Content-Encoding")
        }
        for (name, value) in extra { try HTTPHeaderRules.validate(name: name, value: value) }
        var headers = [(name: "Content-Type", value: contentType)]
        if let contentEncoding { headers.append((name: "Content-Encoding", value: contentEncoding)) }
        let replaced = Set(extra.map { $0.0.lowercased() })
        headers += configured.filter { !replaced.contains($0.name.lowercased()) }
        headers += extra.map { (name: $0.0, value: $0.1) }
        return headers
    }
}
