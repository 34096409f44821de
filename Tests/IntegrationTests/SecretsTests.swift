import OTLPHTTPExporter
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Secrets stay secret", .serialized, .ownThread)
struct SecretsTests {
    private static let secret = "s3cr3t-t0k3n"
    private static let headers = ["authorization": "Bearer \(secret)", "x-api-key": secret]

    /// Everything that a program may print of a value.
    private func texts(_ value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(reflecting: value), dumped]
    }

    private func expectNoSecret(_ value: Any, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for text in self.texts(value) {
            #expect(!text.contains(Self.secret), "\(name) shows a secret", sourceLocation: sourceLocation)
        }
    }

    @Test("headers and credentials of the address are in no description, report or dump")
    func descriptions() throws {
        let collector = try Collector()
        let endpoint = collector.endpoint.replacing("http://", with: "http://user:\(Self.secret)@")
        let url = "\(endpoint)/v1/traces?token=\(Self.secret)#\(Self.secret)"
        let configuration = OTLPHTTPExporter.Configuration(url: url, headers: Self.headers)
        self.expectNoSecret(configuration, "the exporter's configuration")
        self.expectNoSecret(try OTLPHTTPExporter(configuration), "the exporter")
        let sinks: [any Sink] = [
            TraceSink(.otlpHTTP(url: url, headers: Self.headers)),
            TraceSink(.otlpHTTP(endpoint: endpoint, headers: Self.headers)),
            LogSink(.otlpHTTP(endpoint: endpoint, headers: Self.headers)),
        ]
        for sink in sinks { self.expectNoSecret(sink, "a sink") }
        let config = Config(serviceName: "secrets", sinks: sinks, exitTimeout: .zero)
        self.expectNoSecret(config, "the configuration")
        let telemetry = try Telemetry(config)
        self.expectNoSecret(telemetry, "the telemetry")
        telemetry.record("item", 2)
        let report = telemetry.shutdownBlocking()
        self.expectNoSecret(report, "the report")
        self.expectNoSecret(telemetry.statistics, "the statistics")
    }

    @Test("the receiver does get the headers and the credentials")
    func delivered() throws {
        let collector = try Collector()
        let endpoint = collector.endpoint.replacing("http://", with: "http://user:\(Self.secret)@")
        let telemetry = try Telemetry(
            Config(
                serviceName: "secrets",
                sinks: [
                    TraceSink(.otlpHTTP(endpoint: collector.endpoint, headers: Self.headers)),
                    LogSink(.otlpHTTP(endpoint: endpoint)),
                ],
                exitTimeout: .zero
            )
        )
        telemetry.record("item", 1)
        #expect(telemetry.shutdownBlocking().isComplete)
        let requests = try collector.requests()
        let traces = try #require(requests.first { $0.path == "/v1/traces" })
        #expect(
            traces.headers["authorization"] == "Bearer \(Self.secret)" && traces.headers["x-api-key"] == Self.secret
        )
        let logs = try #require(requests.first { $0.path == "/v1/logs" })
        #expect(logs.headers["authorization"]?.hasPrefix("Basic ") == true)
    }

    @Test(
        "errors of configuration name the setting, not the secret",
        arguments: [
            "http://user:\(secret)@", "http://user:\(secret)@host:99999999/", "ftp://user:\(secret)@host/",
            "user:\(secret)@host", "http:// user:\(secret)@host", "http://host:1?key=\(secret) x",
            "http://user:\(secret)@[::1", "http://user:\(secret)@host:port@/", "http://us\ner:\(secret)@host/",
        ]
    )
    func configurationErrors(url: String) throws {
        for make in [
            { try Telemetry(Config(serviceName: "s", sinks: [TraceSink(.otlpHTTP(url: url))])) },
            { try Telemetry(Config(serviceName: "s", sinks: [LogSink(.otlpHTTP(endpoint: url))])) },
        ] {
            let error = #expect(throws: ConfigError.self) { try make() }
            if let error {
                self.expectNoSecret(error, "the error")
                #expect(error.setting.contains("otlpHTTP"))
            }
        }
    }

    @Test(
        "headers that cannot be sent are refused without showing them",
        arguments: [("x-key", "\(secret)\r\nx: y"), ("bad name \(secret)", "v"), ("content-length", secret)]
    )
    func headerErrors(name: String, value: String) throws {
        let error = #expect(throws: ConfigError.self) {
            try Telemetry(
                Config(serviceName: "s", sinks: [TraceSink(.otlpHTTP(endpoint: "http://h:1", headers: [name: value]))])
            )
        }
        if let error { self.expectNoSecret(error.value, "the error's value") }
        if let error, !name.contains(Self.secret) { self.expectNoSecret(error, "the error") }
    }

    @Test(
        "failures of delivery tell of no secret",
        arguments: [Fault.refuse.order, #"{"kind":"status","code":401,"message":"no"}"#]
    )
    func diagnostics(fault: String) throws {
        let collector = try Collector()
        try collector.order(fault)
        let endpoint = collector.endpoint.replacing("http://", with: "http://user:\(Self.secret)@")
        let child = try TelemetryProgram.run("shutdown", ["endpoint": endpoint])
        #expect(child.errors.contains("items lost"))
        #expect(!child.errors.contains(Self.secret), "\(child.errors)")
    }
}
