import OTelHTTP
import OTelSDK

extension OTLPHTTPExporter {
    /// How to reach an OTLP receiver over HTTP.
    public struct Configuration: Sendable {
        /// The address, used exactly as it is written: `http` or `https`, with a host.
        public var url: String
        /// Sent with every request; the values are never shown.
        public var headers: [String: String]
        /// How request bodies are compressed.
        ///
        /// Default: not at all, which costs the least CPU.
        public var compression: Compression
        /// What one request may take, from connecting to the last byte of the answer.
        ///
        /// Default 10 s.
        public var timeout: Duration
        /// The setting that errors name.
        var setting = "OTLPHTTPExporter.Configuration.url"

        /// A configuration; nothing is checked before an exporter is made.
        public init(
            url: String,
            headers: [String: String] = [:],
            compression: Compression = .none,
            timeout: Duration = .seconds(10)
        ) {
            self.url = url
            self.headers = headers
            self.compression = compression
            self.timeout = timeout
        }
    }

    /// How request bodies are compressed.
    ///
    /// An open set.
    public struct Compression: Sendable, Hashable {
        private let name: String

        /// Bodies travel as they are.
        public static let none = Compression(name: "none")
        /// Bodies are compressed with gzip at its fastest level: about a fifth of the bytes for about 1 µs a span.
        public static let gzip = Compression(name: "gzip")
    }
}

extension OTLPHTTPExporter.Configuration: CustomStringConvertible, CustomReflectable {
    /// The address without credentials and query, and the names of the headers.
    public var description: String {
        "OTLPHTTPExporter.Configuration(url: \(self.displayURL), headers: \(self.headers.keys.sorted()))"
    }

    /// Shows no more than the description.
    public var customMirror: Mirror { Mirror(self, children: ["description": self.description]) }

    /// Fit for messages.
    var displayURL: String {
        (try? HTTPEndpoint(self.url))?.displayText ?? "<invalid>"
    }

    /// The transport's complaint as one about a setting.
    ///
    /// Addresses are shown without what may be secret.
    func error(_ error: HTTPClient.ConfigurationError) -> ConfigError {
        switch error {
        case .invalidURL(let reason):
            ConfigError(
                setting: self.setting,
                value: HTTPEndpoint.redacted(self.url),
                expected: "an http or https URL with a host; it \(reason)"
            )
        case .notPositive:
            ConfigError(setting: "\(self.setting).timeout", value: "\(self.timeout)", expected: "more than zero")
        case .invalidHeaderName, .invalidHeaderValue, .reservedHeader, .invalidUserAgent, .unavailable:
            ConfigError(setting: "\(self.setting).headers", value: "<redacted>", expected: "other headers: \(error)")
        }
    }
}
