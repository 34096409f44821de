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
        BenchmarkCase("counter.add.0attr.exemplars") {
            let (telemetry, meter) = try pipeline(.traceBased)
            let counter = meter.counter("orders")
            makeContextsUsed()
            return .measuring(telemetry) { count in for _ in 0..<count { add(counter) } }
        },
        BenchmarkCase("counter.add.3attr.exemplars") {
            let (telemetry, meter) = try pipeline(.traceBased)
            let counter = meter.counter("orders")
            let route = Request.sample.route
            makeContextsUsed()
            return .measuring(telemetry) { count in for _ in 0..<count { addShort(counter, route) } }
        },
        BenchmarkCase("counter.add.3attr.exemplars.sampled") {
            let (telemetry, meter) = try pipeline(.traceBased)
            let counter = meter.counter("orders")
            let route = Request.sample.route
            let parent = OTel.extract(["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"])
            return .measuring(telemetry) { count in
                OTelContext.withValue(parent) { for _ in 0..<count { addShort(counter, route) } }
            }
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
            return .measuring(telemetry) { count in
                for call in 0..<count { recordShort(histogram, durations[call & 7], route) }
            }
        },
        BenchmarkCase("histogram.record.3attr.exponential") {
            let view = InstrumentView(InstrumentSelector(name: "duration"), aggregation: .exponentialHistogram)
            let (telemetry, meter) = try pipeline(views: [view])
            let histogram = meter.histogram("duration", of: Double.self, unit: "s")
            let route = Request.sample.route
            return .measuring(telemetry) { count in
                for call in 0..<count { recordShort(histogram, durations[call & 7], route) }
            }
        },
        BenchmarkCase("counter.bound.exemplars") {
            let (telemetry, meter) = try pipeline(.traceBased)
            let counter = meter.counter("orders").bound(["method": "GET", "status": 200])
            makeContextsUsed()
            return .measuring(telemetry) { count in for _ in 0..<count { addBound(counter) } }
        },
        BenchmarkCase("histogram.record.3attr.exemplars") {
            let (telemetry, meter) = try pipeline(.traceBased)
            let histogram = meter.histogram("duration", of: Double.self, unit: "s")
            let route = Request.sample.route
            makeContextsUsed()
            return .measuring(telemetry) { count in
                for call in 0..<count { recordShort(histogram, durations[call & 7], route) }
            }
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

/// As spread as the durations of requests are, which decides what an exponential histogram costs.
private let durations: InlineArray<8, Double> = [3.1, 0.9, 12.7, 48, 5.5, 230, 7.2, 1900]

/// From here on, measurements have to look for a current span, as in any process that traces.
private func makeContextsUsed() {
    let parent = OTel.extract(["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"])
    OTelContext.withValue(parent) {}
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
private func recordShort(_ histogram: OTelHistogram<Double>, _ duration: Double, _ route: String) {
    histogram.record(duration, "method", "GET", "route", route, "status", 200)
}
