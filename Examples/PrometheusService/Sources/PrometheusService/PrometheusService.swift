import Foundation
import OTelAPI
import OTelSDK
import PrometheusExporter

/// A service that is scraped until its standard input ends.
@main
struct PrometheusService {
    private static let meter = OTel.meter("shop", version: "1.4.0")
    private static let orders = meter.counter("orders", unit: "{order}", description: "Orders placed")
    private static let latency = meter.histogram(
        "checkout.duration",
        of: Double.self,
        unit: "s",
        description: "What a checkout takes"
    )

    static func main() throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 9464
        let sink = PrometheusSink(port: port)
        let telemetry = try OTel.start(Config(serviceName: "shop", sinks: [sink]))
        defer { telemetry.shutdownBlocking() }

        self.orders.add(3, ["payment.method": "card"])
        self.latency.record(0.021)
        print("http://localhost:\(sink.boundPort ?? 0)/metrics")
        // Whoever started the service may be reading a pipe.
        fflush(nil)
        while readLine() != nil { self.orders.add(1, ["payment.method": "card"]) }
    }
}
