extension HTTPClient {
    /// What is wrong with a configuration.
    ///
    /// Never holds a header's value, nor credentials or the query of a URL.
    package enum ConfigurationError: Error, Equatable, CustomStringConvertible {
        /// The reason completes the sentence "the URL …".
        case invalidURL(reason: String)
        /// Not a token of RFC 9110: empty, or with a space, a colon, a control or a non-ASCII character.
        case invalidHeaderName(String)
        /// The value holds a line break, NUL or another control character.
        case invalidHeaderValue(name: String)
        /// The transport sets this header itself.
        case reservedHeader(String)
        /// Empty, or with a control character.
        case invalidUserAgent
        /// The setting of this name is zero or negative.
        case notPositive(setting: String)
        /// libcurl, a pipe or memory could not be had.
        case unavailable(String)

        package var description: String {
            switch self {
            case .invalidURL(let reason): "the URL \(reason)"
            case .invalidHeaderName(let name): "\"\(name)\" is not a valid header name"
            case .invalidHeaderValue(let name): "the value of header \"\(name)\" holds a control character"
            case .reservedHeader(let name): "header \"\(name)\" is set by the transport and cannot be configured"
            case .invalidUserAgent: "the user agent is empty or holds a control character"
            case .notPositive(let setting): "\(setting) must be greater than zero"
            case .unavailable(let message): "the HTTP transport is unavailable: \(message)"
            }
        }
    }
}
