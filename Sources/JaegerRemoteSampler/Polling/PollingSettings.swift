import OTelHTTP
import OTelSDK

/// Where, when and how strategies are looked up.
struct PollingSettings: Sendable {
    var endpoint: String
    var interval: Duration
    var headers: [String: String]
    var timeout: Duration
    var report: @Sendable (PollNews) -> Void = PollNews.report

    /// A strategy for 2000 operations with long names has about a third of this.
    static let maxAnswerBytes = 1024 * 1024

    /// Everything that can be said without a connection.
    func validate(_ setting: String) throws(ConfigError) {
        guard self.interval > .zero else {
            throw ConfigError(
                setting: "\(setting).pollingInterval",
                value: "\(self.interval)",
                expected: "more than zero"
            )
        }
        guard self.timeout > .zero else {
            throw ConfigError(setting: "\(setting).timeout", value: "\(self.timeout)", expected: "more than zero")
        }
        do throws(HTTPClient.ConfigurationError) {
            _ = try HTTPEndpoint(self.endpoint)
            try self.client(serviceName: "").validate()
        } catch {
            throw self.error(error, setting)
        }
    }

    func client(serviceName: String) -> HTTPClient.Configuration {
        var client = HTTPClient.Configuration(
            url: self.url(serviceName: serviceName),
            userAgent: "\(SDKInformation.name)/\(SDKInformation.version)"
        )
        client.headers = self.headers.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
        client.connectTimeout = self.timeout
        client.maxResponseBytes = Self.maxAnswerBytes
        return client
    }

    /// Fit for messages.
    var displayURL: String {
        (try? HTTPEndpoint(self.endpoint))?.displayText ?? "<invalid>"
    }

    /// The endpoint with the service as the last field of its query, before a fragment.
    func url(serviceName: String) -> String {
        let address = self.endpoint.prefix { $0 != "#" }
        let separator = address.contains("?") ? (address.hasSuffix("?") || address.hasSuffix("&") ? "" : "&") : "?"
        return "\(address)\(separator)service=\(Self.percentEncoded(serviceName))\(self.endpoint[address.endIndex...])"
    }

    /// Leaves what RFC 3986 calls unreserved.
    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = text.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                [byte]
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func error(_ error: HTTPClient.ConfigurationError, _ setting: String) -> ConfigError {
        switch error {
        case .invalidURL(let reason):
            ConfigError(
                setting: "\(setting).endpoint",
                value: HTTPEndpoint.redacted(self.endpoint),
                expected: "an http or https URL with a host; it \(reason)"
            )
        case .notPositive, .invalidHeaderName, .invalidHeaderValue, .reservedHeader, .invalidUserAgent, .unavailable:
            ConfigError(
                setting: "\(setting).headers",
                value: "<redacted>",
                expected: "other headers: \(error)"
            )
        }
    }
}

extension PollingSettings: CustomStringConvertible, CustomReflectable {
    /// The address without credentials and query, and the names of the headers.
    var description: String {
        "PollingSettings(endpoint: \(self.displayURL), headers: \(self.headers.keys.sorted()))"
    }

    /// Shows no more than the description.
    var customMirror: Mirror { Mirror(self, children: ["description": self.description]) }
}
