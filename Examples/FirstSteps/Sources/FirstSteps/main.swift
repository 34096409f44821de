import ConsoleExporter
import OTLPHTTPExporter
import OTelAPI
import OTelSDK

let collector = "http://localhost:4318"
let telemetry = try OTel.start(
    Config(
        serviceName: "shop",
        sinks: [
            TraceSink(.otlpHTTP(endpoint: collector)),
            MetricSink(.otlpHTTP(endpoint: collector)),
            LogSink(.otlpHTTP(endpoint: collector)),
            ConsoleSink(format: .pretty),
        ]
    )
)

let orders = OTel.meter("shop").counter("orders", unit: "{order}")
OTel.tracer("shop").withSpan("checkout", kind: .server) { span in
    orders.add(1, ["sku": "abc"])
    OTel.logger("shop").info("order placed", ["sku": "abc"])
    span.setAttribute("amount", 12.34)
}

print(await telemetry.shutdown(timeout: .seconds(5)))
