import Testing

@testable import OTelHTTP

extension HTTPClientTests {
    @Test(
        "refuses a URL that it could not use, and says why",
        arguments: [
            (url: "", reason: "is empty"),
            (url: "localhost:4318", reason: "has no scheme; expected http:// or https://"),
            (url: "localhost", reason: "has no scheme; expected http:// or https://"),
            (url: "/v1/traces", reason: "has no scheme; expected http:// or https://"),
            (url: "://host", reason: "has no scheme; expected http:// or https://"),
            (url: "http:/host", reason: "has no scheme; expected http:// or https://"),
            (url: "ftp://host/", reason: "has scheme \"ftp\"; expected http or https"),
            (url: "file:///etc/passwd", reason: "has scheme \"file\"; expected http or https"),
            (url: "http://", reason: "has no host"),
            (url: "http://:4318/", reason: "has no host"),
            (url: "http://host:99999/", reason: "has a port that is not between 0 and 65535"),
            (url: "http://host:port/", reason: "has a port that is not between 0 and 65535"),
            (url: "http://ho st/", reason: "holds a space or control character"),
            (url: "http://host/\r\nX: y", reason: "holds a space or control character"),
            (url: "http://host/\0", reason: "holds a space or control character"),
            (url: "http://[::1/", reason: "is malformed"),
            (url: "http://user:pa%ss@ho^st/", reason: "is malformed"),
        ]
    )
    func badURL(url: String, reason: String) {
        let error = #expect(throws: HTTPClient.ConfigurationError.self) { try makeClient(url: url) }
        guard case .invalidURL(let actual) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(actual.hasPrefix(reason))
        #expect(!actual.contains("pa%ss"))
    }

    @Test(
        "takes every URL with scheme and host, and shows it without secrets",
        arguments: [
            (url: "http://localhost:4318/v1/traces", shown: "http://localhost:4318/v1/traces"),
            (url: "HTTPS://Example.com", shown: "https://Example.com/"),
            (url: "http://user:secret@host:80/p?key=secret#f", shown: "http://host:80/p"),
            (url: "http://[::1]:4318/", shown: "http://[::1]:4318/"),
        ]
    )
    func goodURL(url: String, shown: String) throws {
        #expect(try makeClient(url: url).endpoint.displayText == shown)
    }

    @Test(
        "refuses a header that would break the request, and never names its value",
        arguments: [
            (name: "", value: "secret", error: .invalidHeaderName("")),
            (name: "a b", value: "secret", error: .invalidHeaderName("a…")),
            (name: "Authorization: Bearer secret", value: "", error: .invalidHeaderName("Authorization…")),
            (name: "naïve", value: "secret", error: .invalidHeaderName("na…")),
            (name: "a\r\n", value: "secret", error: .invalidHeaderName("a…")),
            (name: "X-A", value: "secret\r\nX-B: 1", error: .invalidHeaderValue(name: "X-A")),
            (name: "X-A", value: "secret\n", error: .invalidHeaderValue(name: "X-A")),
            (name: "X-A", value: "secret\0", error: .invalidHeaderValue(name: "X-A")),
            (name: "content-LENGTH", value: "1", error: .reservedHeader("content-LENGTH")),
            (name: "Transfer-Encoding", value: "chunked", error: .reservedHeader("Transfer-Encoding")),
        ] as [(name: String, value: String, error: HTTPClient.ConfigurationError)]
    )
    func badHeader(name: String, value: String, error: HTTPClient.ConfigurationError) throws {
        let thrown = #expect(throws: HTTPClient.ConfigurationError.self) {
            try makeClient(url: "http://127.0.0.1:1/") { $0.headers = [(name: name, value: value)] }
        }
        #expect(thrown == error)
        #expect(thrown?.description.contains("secret") == false)
        // The same for a header that comes with the request: no connection is tried.
        let failure = try makeClient(url: "http://127.0.0.1:1/").post([1], extraHeaders: [(name, value)]).failure
        #expect(failure == HTTPFailure(kind: .other, message: error.description, requestSent: false))
    }

    @Test("refuses other settings that make no sense")
    func badSettings() {
        func error(_ change: (inout HTTPClient.Configuration) -> Void) -> HTTPClient.ConfigurationError? {
            #expect(throws: HTTPClient.ConfigurationError.self) { try makeClient(url: "http://h/", change) }
        }
        #expect(error { $0.userAgent = "" } == .invalidUserAgent)
        #expect(error { $0.userAgent = "a\nb" } == .invalidUserAgent)
        #expect(error { $0.connectTimeout = .zero } == .notPositive(setting: "connectTimeout"))
        #expect(error { $0.maxResponseBytes = 0 } == .notPositive(setting: "maxResponseBytes"))
    }

    @Test("prints no header value, credential or query")
    func redaction() throws {
        var configuration = HTTPClient.Configuration(url: "http://me:secret@host/p?secret", userAgent: "test/1.0")
        configuration.headers = [(name: "X-Key", value: "secret")]
        let client = try HTTPClient(configuration)
        var texts = ["\(configuration)", String(reflecting: configuration)]
        dump(configuration, to: &texts[0])
        dump(client, to: &texts[1])
        for text in texts { #expect(!text.replacing("me:secret@host", with: "").contains("secret"), "\(text)") }
        #expect("\(configuration)".contains("X-Key"))
    }

    @Test(
        "makes libcurl's messages one line without credentials",
        arguments: [
            (text: "Could not resolve host: collector", expected: "Could not resolve host: collector"),
            (text: "a\r\nb\u{1B}[31m", expected: "a  b [31m"),
            (
                text: "Unsupported proxy scheme for 'foo://user:p@ss@proxy:1'",
                expected: "Unsupported proxy scheme for '<redacted>@proxy:1'"
            ),
            (text: "user:secret@proxy", expected: "<redacted>@proxy"),
        ]
    )
    func sanitized(text: String, expected: String) {
        #expect(HTTPFailure.sanitized(text) == expected)
    }
}
