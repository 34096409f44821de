import ConsoleExporter
import OTLPHTTPExporter
import OTelSDK

extension Config {
    /// All that this program decides about telemetry.
    ///
    /// Whoever runs it chooses where spans go, with variables that OpenTelemetry defines: `OTEL_TRACES_EXPORTER=otlp`
    /// sends them to `OTEL_EXPORTER_OTLP_ENDPOINT`; without it they are shown on the console.
    static func service(environment: [String: String]) -> Config {
        Config(
            serviceName: environment["OTEL_SERVICE_NAME"] ?? "trace-context-service",
            sinks: [self.sink(environment: environment)]
        )
    }

    private static func sink(environment: [String: String]) -> any Sink {
        guard environment["OTEL_TRACES_EXPORTER"] == "otlp" else { return ConsoleSink() }
        let endpoint = environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? OTLPHTTPExporter.defaultEndpoint
        return TraceSink(.otlpHTTP(endpoint: endpoint))
    }
}
