// The public face of the package, as a user writes it. It compiles and runs unchanged against the project,
// as an executable target that depends on the products named in its imports.

import ConsoleExporter
import OTLPHTTPExporter
import OTelAPI
import OTelSDK

@main
struct Quickstart {
    static func main() async throws {
        let telemetry = try OTel.start(
            Config(
                serviceName: "payment-svc",
                resourceAttributes: ["deployment.environment.name": "prod", "replicas": 3],
                sinks: [
                    // `endpoint:` is a base to which /v1/<signal> is added; `url:` is used exactly as written.
                    TraceSink(
                        .otlpHTTP(endpoint: "http://localhost:4318"),
                        sampler: .parentBased(.traceIDRatio(0.5))
                    ),
                    ConsoleSink(format: .pretty, minimumSeverity: .debug),
                ]
            )
        )
        // Also at exit: what is still queued is sent within a deadline, even if nobody calls this.
        defer { telemetry.shutdownBlocking() }

        // Handles may be taken before `start`, live in `static let`s, and survive shutdown and a new start.
        let tracer = OTel.tracer("payment", version: "1.0.0")
        let logger = OTel.logger("payment")
        let orders = OTel.meter("payment").counter("orders", unit: "{order}", description: "Orders placed")
        let revenue = OTel.meter("payment").counter("revenue", of: Double.self, unit: "{CNY}")
        let latency = OTel.meter("payment").histogram("checkout.duration", of: Double.self, unit: "s")

        let user = "u1"
        var checkouts = 0
        let total: Double = try await tracer.withSpan(
            "checkout",
            kind: .server,
            attributes: ["user.id": .string(user), "items": [1, 2, 3]]
        ) { span in
            orders.add(1, ["sku": "abc"])
            revenue.add(12.34)
            latency.record(0.021, ["sku": "abc"])
            logger.info("checkout done", ["sku": "abc", "user.id": .string(user)])
            span.setAttribute("amount", 12.34)
            span.setAttribute("user.name", user)
            span.addEvent("paid", ["method": "card"])
            try await Task.sleep(for: .milliseconds(1))
            checkouts += 1
            return 12.34
        }

        // Errors thrown from the closure are recorded on the span, set its status to error, and pass through.
        do {
            try tracer.withSpan("refund") { _ in throw Refused(reason: "too late") }
        } catch {
            logger.error("refund failed", error: error)
        }

        // Server side of context propagation: any sequence of (key, value) pairs, keys in any case.
        let incoming = ["Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]
        try await OTelContext.withValue(OTel.extract(incoming)) {
            try await tracer.withSpan("POST /api/orders", kind: .server) { span in
                var outgoing: [String: String] = [:]
                OTel.inject(into: &outgoing)
                precondition(outgoing["traceparent"]?.contains(span.context.traceID.description) == true)
                try await Task.sleep(for: .milliseconds(1))
            }
        }

        // Spans that outlive a scope, with an explicit parent.
        let job = tracer.startSpan("job", parent: .root, links: [])
        job.setStatus(.ok)
        job.end()

        let report = await telemetry.shutdown(timeout: .seconds(5))
        print(total, checkouts, report.isComplete)
    }
}

struct Refused: Error { let reason: String }
