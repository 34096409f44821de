import ConsoleExporter
import Foundation
import OTLPHTTPExporter
import OTelSDK

extension Config {
    /// All that this program decides about telemetry: OTLP for machines, a console for people.
    static func service(_ name: String, otlp endpoint: String) -> Config {
        // A convention of many tools: colours even where no terminal is.
        let wantsColors = ProcessInfo.processInfo.environment["CLICOLOR_FORCE"] != nil
        return Config(
            serviceName: name,
            resourceAttributes: ["service.version": "1.0.0", "deployment.environment.name": "demo"],
            sinks: [
                TraceSink(.otlpHTTP(endpoint: endpoint)),
                MetricSink(.otlpHTTP(endpoint: endpoint), interval: .seconds(1)),
                LogSink(.otlpHTTP(endpoint: endpoint)),
                ConsoleSink(
                    format: .pretty,
                    minimumSeverity: .debug,
                    colors: wantsColors ? .always : .automatic
                ),
            ]
        )
    }
}
