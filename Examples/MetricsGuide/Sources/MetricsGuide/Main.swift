import OTLPProto
import OTelAPI
import OTelSDK

/// Runs the guide's code and checks what comes out at the end.
@main
struct Main {
    static func main() async throws {
        try await checkViews()
        try await checkComposed()
        try await checkExemplars()
        try expect(try job {} == ["runs"], "no runs")
        let orders = try await inATest()
        try expect(orders == 3, "\(orders) orders")
        print(WithoutDebug(), twoStreams.count)
    }

    /// The guide's instruments through its views, to two sinks at once.
    private static func checkViews() async throws {
        let (totals, differences) = (InMemoryMetricExporter(), InMemoryMetricExporter())
        var sinks = twoSinks(.inMemory(totals), .inMemory(differences))
        sinks.append(MetricSink(.inMemory(InMemoryMetricExporter()), producers: [LegacyCounters { ["hits": 2] }]))
        let telemetry = try OTel.start(Config(serviceName: "shop", sinks: sinks, views: views))
        let metrics = record()
        await telemetry.flush()
        let orders = try numbers("shop.orders", totals)
        try expect(orders.map(\.attributes) == [["shop": "north"]], "\(orders.map(\.attributes))")
        try expect(orders.first?.value == .int(4), "\(orders)")
        try expect(try numbers("revenue", totals).first?.value == .double(49.5), "no revenue")
        try expect(try numbers("pool.connections", totals).count == 2, "no connections")
        try expect(try numbers("pool.connections.opened", totals).first?.value == .int(7), "none opened")
        try expect(try numbers("pool.usage", totals).first?.value == .double(0.4), "no usage")
        let duration = totals.metrics.first { $0.name == "shop.checkout.duration" }?.histogramPoints.first
        try expect(duration?.bounds == [0.01, 0.1, 1, 10] && duration?.max == nil, "\(String(describing: duration))")
        try expect(differences.metrics.first { $0.name == "shop.orders" }?.temporality == .delta, "not delta")
        metrics.registration.remove()
        try whileRunning(telemetry)
        let report = await telemetry.shutdown()
        try expect(report.isComplete, "\(report)")
        try expect(totals.metrics.count { $0.name == "pool.usage" } == 1, "still observed")
    }

    private static func record() -> (pool: PoolMetrics, registration: OTelCallbackRegistration) {
        let shop = Shop()
        let order = Order(shop: "north", items: 2, total: 49.5, tier: .gold)
        shop.begin()
        shop.place(order)
        shop.placeShort(order)
        shop.placeExpress()
        shop.checkout(order)
        shop.pay(order)
        shop.finish()
        shop.check(cooler: 3.5)
        shop.whenNobodyListens()
        let pool = Pool()
        observe(pool)
        return (PoolMetrics(pool, name: "db"), observeTogether(pool))
    }

    private static func checkComposed() async throws {
        let exporter = InMemoryMetricExporter()
        let telemetry = try OTel.start(composed([MetricSink(.inMemory(exporter))]))
        Shop().checkout(Order(shop: "north", items: 1, total: 1, tier: .free))
        await telemetry.shutdown()
        let duration = exporter.metrics.first { $0.name == "shop.checkout.duration" }
        try expect(duration?.kind == .exponentialHistogram, "not exponential")
        try expect(duration?.description == "Time to check out", "not described")
    }

    private static func checkExemplars() async throws {
        let exporter = InMemoryMetricExporter()
        let telemetry = try Telemetry(withExamples([MetricSink(.inMemory(exporter))]))
        let duration = telemetry.meter("shop").histogram("shop.checkout.duration", of: Double.self, unit: "s")
        for (number, seconds) in [0.2, 0.7, 0.4].enumerated() { duration.record(seconds, "order.id", number) }
        advised(telemetry.meter("http")).record(0.02, "http.route", "/orders", "user.id", "u1")
        await telemetry.shutdown()
        let point = exporter.metrics.first { $0.name == "shop.checkout.duration" }?.histogramPoints.first
        try expect(point?.attributes == [:] && point?.count == 3, "\(String(describing: point))")
        let examples = point?.exemplars.map { ($0.value, $0.filteredAttributes) } ?? []
        try expect(examples.count == 1 && examples[0] == (.double(0.7), ["order.id": 1]), "\(examples)")
        let request = exporter.metrics.first { $0.name == "http.server.request.duration" }?.histogramPoints.first
        try expect(request?.attributes == ["http.route": "/orders"], "\(String(describing: request))")
        try expect(request?.bounds.count == 14, "\(String(describing: request))")
    }

    private static func numbers(
        _ name: String,
        _ exporter: InMemoryMetricExporter
    ) throws -> [MetricView.NumberPoint] {
        guard let metric = exporter.metrics.last(where: { $0.name == name }) else {
            throw Unexpected(message: "no metric \(name) among \(exporter.metrics.map(\.name))")
        }
        return metric.numberPoints
    }

    private static func expect(_ isTrue: @autoclosure () throws -> Bool, _ message: String) throws {
        if try !isTrue() { throw Unexpected(message: message) }
    }
}

struct Unexpected: Error { let message: String }
