/// One request as the session needs it.
///
/// Valid only while the caller keeps the body's bytes alive.
struct HTTPRequest {
    enum Method { case get, post }

    var method: Method
    /// Empty for a GET.
    var body: UnsafeRawBufferPointer
    /// Complete and validated, in the order of sending.
    var headers: [(name: String, value: String)]
    var timeout: Duration

    /// The fields that describe a body.
    static func contentHeaders(
        type: String,
        encoding: String?
    ) throws(HTTPClient.ConfigurationError) -> [(name: String, value: String)] {
        guard HTTPHeaderRules.isFieldValue(type) else { throw .invalidHeaderValue(name: "Content-Type") }
        guard HTTPHeaderRules.isFieldValue(encoding ?? "") else { throw .invalidHeaderValue(name: "Content-Encoding") }
        var headers = [(name: "Content-Type", value: type)]
        if let encoding { headers.append((name: "Content-Encoding", value: encoding)) }
        return headers
    }

    /// Puts the fields together: extra headers replace configured ones of the same name.
    static func headers(
        _ configured: [(name: String, value: String)],
        extra: [(String, String)]
    ) throws(HTTPClient.ConfigurationError) -> [(name: String, value: String)] {
        for (name, value) in extra { try HTTPHeaderRules.validate(name: name, value: value) }
        let replaced = Set(extra.map { $0.0.lowercased() })
        return configured.filter { !replaced.contains($0.name.lowercased()) }
            + extra.map { (name: $0.0, value: $0.1) }
    }
}
