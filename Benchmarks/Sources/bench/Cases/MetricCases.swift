import OTelAPI
import OTelSDK

enum MetricCases {
    static let all = counters + histograms

    private static let counters = [
        BenchmarkCase("counter.no-sdk") {
            let counter = OTel.meter("bench").counter("orders")
            return Calls { count in for _ in 0..<count { add(counter) } }
        },
        BenchmarkCase("counter.add.0attr") {
            let (telemetry, meter) = try pipeline()
            let counter = meter.counter("orders")
            return .measuring(telemetry) { count in for _ in 0..<count { add(counter) } }
        },
        BenchmarkCase("counter.add.3attr") {
            let (telemetry, meter) = try pipeline()
            let counter = meter.counter("orders")
            let route = Request.sample.route
            return .measuring(telemetry) { count in for _ in 0..<count { addShort(counter, route) } }
        },
        BenchmarkCase("counter.add.3attr.exemplars") {
            let (telemetry, meter) = try pipeline(.traceBased)
            let counter = meter.counter("orders")
            let route = Request.sample.route
            return .measuring(telemetry) { count in for _ in 0..<count { addShort(counter, route) } }
        },
        BenchmarkCase("counter.add.3attr.dictionary") {
            let (telemetry, meter) = try pipeline()
            let counter = meter.counter("orders")
            let route = Request.sample.route
            return .measuring(telemetry) { count in for _ in 0..<count { add(counter, route) } }
        },
        BenchmarkCase("counter.bound") {
            let (telemetry, meter) = try pipeline()
            let counter = meter.counter("orders").bound(["method": "GET", "status": 200])
            return .measuring(telemetry) { count in for _ in 0..<count { addBound(counter) } }
        },
    ]

    private static let histograms = [
        BenchmarkCase("histogram.record.3attr") {
            let (telemetry, meter) = try pipeline()
            let histogram = meter.histogram("duration", of: Double.self, unit: "s")
            let route = Request.sample.route
            return .measuring(telemetry) { count in for _ in 0..<count { recordShort(histogram, route) } }
        },
        BenchmarkCase("histogram.record.3attr.exponential") {
            let view = InstrumentView(InstrumentSelector(name: "duration"), aggregation: .exponentialHistogram)
            let (telemetry, meter) = try pipeline(views: [view])
            let histogram = meter.histogram("duration", of: Double.self, unit: "s")
            let route = Request.sample.route
            return .measuring(telemetry) { count in for _ in 0..<count { recordShort(histogram, route) } }
        },
        BenchmarkCase("histogram.record.3attr.dictionary") {
            let (telemetry, meter) = try pipeline()
            let histogram = meter.histogram("duration", of: Double.self, unit: "s")
            let route = Request.sample.route
            return .measuring(telemetry) { count in for _ in 0..<count { record(histogram, route) } }
        },
    ]

    private static func pipeline(
        _ filter: ExemplarFilter = .alwaysOff,
        views: [InstrumentView] = []
    ) throws -> (Telemetry, OTelMeter) {
        let sink = MetricSink(.custom("discard", DiscardingExporter()), interval: .seconds(3600))
        let config = Config(serviceName: "bench", sinks: [sink], views: views, exemplarFilter: filter)
        let telemetry = try Telemetry(config)
        return (telemetry, telemetry.meter("bench"))
    }
}

extension Calls {
    /// Calls that all end up in one data point.
    fileprivate static func measuring(_ telemetry: Telemetry, _ run: @escaping (Int) -> Void) -> Calls {
        Calls(
            run: run,
            settle: { telemetry.flushBlocking() },
            problem: { _ in
                let sink = telemetry.statistics.sinks[0]
                return sink.exported > 0 && sink.exported == sink.accepted ? nil : sink.description
            }
        )
    }
}

@inline(never)
private func add(_ counter: OTelCounter<Int>) {
    counter.add(1)
}

@inline(never)
private func add(_ counter: OTelCounter<Int>, _ route: String) {
    counter.add(1, ["method": "GET", "route": .string(route), "status": 200])
}

@inline(never)
private func addBound(_ counter: OTelBoundCounter<Int>) {
    counter.add(1)
}

@inline(never)
private func record(_ histogram: OTelHistogram<Double>, _ route: String) {
    histogram.record(0.021, ["method": "GET", "route": .string(route), "status": 200])
}

@inline(never)
func addShort(_ counter: OTelCounter<Int>, _ route: String) {
    counter.add(1, "method", "GET", "route", route, "status", 200)
}

@inline(never)
private func recordShort(_ histogram: OTelHistogram<Double>, _ route: String) {
    histogram.record(0.021, "method", "GET", "route", route, "status", 200)
}
