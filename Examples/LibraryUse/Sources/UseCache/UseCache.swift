import Cache
import OTelAPI
import OTelSDK

@main
struct UseCache {
    static func main() async throws {
        // Without an SDK the library works and records nothing.
        print("without SDK:", Cache().get("user/1") ?? "nil")

        // The same library, unchanged, with an SDK that the program chose.
        let exporter = PrintingSpanExporter()
        let telemetry = try OTel.start(
            Config(serviceName: "use-cache", sinks: [TraceSink(.custom("print", exporter))])
        )
        print("with SDK:", Cache().get("user/2") ?? "nil")
        await telemetry.shutdown()

        // After shutdown it works on, and what it records is counted as dropped.
        print("after shutdown:", Cache().get("user/3") ?? "nil")
        print(telemetry.statistics)
    }
}
