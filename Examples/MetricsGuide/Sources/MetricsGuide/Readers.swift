import OTLPProto
import OTelAPI
import OTelSDK

/// Two receivers that want different things from the same instruments.
func twoSinks(_ totals: MetricExporterFactory, _ differences: MetricExporterFactory) -> [any Sink] {
    [
        MetricSink(totals, interval: .seconds(15)),
        MetricSink(
            differences,
            temporality: .delta,
            cardinalityLimit: 500,
            cardinalityLimits: [.histogram: 100],
            aggregations: [.histogram: .exponentialHistogram],
            maxExportBatchSize: 1000,
            filter: WithoutDebug()
        ),
    ]
}

/// Leaves out what only developers look at, and the series of test tenants.
struct WithoutDebug: MetricFilter {
    func testMetric(scope: OTelScope, name: String, kind: MetricView.Kind, unit: String) -> MetricFilterResult {
        name.hasPrefix("debug.") ? .drop : .acceptPartial
    }

    func testAttributes(
        scope: OTelScope,
        name: String,
        kind: MetricView.Kind,
        unit: String,
        attributes: OTelAttributes
    ) -> AttributesFilterResult {
        attributes["tenant"] == "test" ? .drop : .accept
    }
}

/// Metrics of something that counts by itself.
struct LegacyCounters: MetricProducer {
    let read: @Sendable () throws -> [String: Int64]

    func produce(_ request: MetricProduction.Request) throws -> MetricProduction {
        MetricProduction(
            scope: OTelScope("legacy"),
            metrics: try self.read().map { name, value in
                MetricData(name, points: .sum([.init(.int(value), time: .now)], .cumulative, isMonotonic: true))
            }
        )
    }
}

/// Asks when it wants to know.
func job(_ work: () -> Void) throws -> [String] {
    let reader = ManualMetricReader(temporality: .delta)
    let telemetry = try Telemetry(Config(serviceName: "job", sinks: [reader]))
    defer { telemetry.shutdownBlocking() }
    telemetry.meter("job").counter("runs").add(1)
    work()
    let collection = reader.collect()
    for problem in collection.problems { print("incomplete: \(problem)") }
    return collection.metrics.map(\.name)
}

/// Keeps what is exported where a test can look at it.
func inATest() async throws -> Int64 {
    let exporter = InMemoryMetricExporter()
    let telemetry = try Telemetry(Config(serviceName: "test", sinks: [MetricSink(.inMemory(exporter))]))
    telemetry.meter("shop").counter("orders").add(3)
    await telemetry.shutdown()
    guard case .int(let orders)? = exporter.metrics.first?.numberPoints.first?.value else { return 0 }
    return orders
}
