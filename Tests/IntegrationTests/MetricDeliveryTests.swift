import OTLPHTTPExporter
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

/// A metric as the collector shows it.
private struct CollectedMetric: Decodable {
    let name, unit, description, type: String
    let temporality: String?
    let monotonic: Bool?
    let points: [Point]
    let resourceSchemaUrl: String
    let resource, scope: JSON

    struct Value: Decodable, Equatable {
        var intValue: String?
        var stringValue: String?
    }

    struct Point: Decodable {
        let attributes: [String: Value]
        let startTimeUnixNano, timeUnixNano: String
        let value, sum, min, max: Double?
        let valueType: String?
        let count: Int?
        let bucketCounts: [Int]?
        let explicitBounds: [Double]?

        var start: UInt64 { UInt64(self.startTimeUnixNano) ?? 0 }
        var time: UInt64 { UInt64(self.timeUnixNano) ?? 0 }
    }
}

@Suite("Delivery of metrics over OTLP/HTTP to a real collector", .serialized, .ownThread)
struct MetricDeliveryTests {
    private func telemetry(
        _ collector: Collector,
        _ temporality: MetricTemporality = .cumulative,
        interval: Duration = .seconds(600),
        compression: OTLPHTTPExporter.Compression = .none
    ) throws -> Telemetry {
        try Telemetry(
            Config(
                serviceName: "integration",
                resourceAttributes: ["replicas": 3],
                resourceSchemaURL: "https://opentelemetry.io/schemas/1.43.0",
                sinks: [
                    MetricSink(
                        .otlpHTTP(endpoint: collector.endpoint, compression: compression),
                        interval: interval,
                        temporality: temporality,
                        cardinalityLimit: 20_000
                    )
                ],
                exitTimeout: .zero
            )
        )
    }

    @Test(
        "every data point arrives exactly once",
        .matrix(121),
        arguments: [(1, .none), (513, .gzip), (5000, .none)] as [(Int, OTLPHTTPExporter.Compression)]
    )
    func exactlyOnce(count: Int, compression: OTLPHTTPExporter.Compression) throws {
        let collector = try Collector()
        let telemetry = try self.telemetry(collector, .delta, compression: compression)
        let counter = telemetry.meter("delivery").counter("items")
        for round in 1...3 {
            for index in 0..<count { counter.add(index + round, ["index": .int(index)]) }
        }
        let report = telemetry.shutdownBlocking(timeout: .seconds(20))
        #expect(report.isComplete, "\(report)")
        expectSettled(report.statistics.sinks[0], accepted: count)
        let state = try collector.state()
        #expect(state.points == count && state.violations == [] && state.connections == 1)
        #expect(state.encodings.keys.sorted() == [compression == .gzip ? "gzip" : "identity"])
        let points = try collector.metrics(as: CollectedMetric.self).flatMap(\.points)
        #expect(points.count == count)
        let values = Dictionary(points.map { ($0.attributes["index"]?.intValue ?? "", $0.value) }) { $1 }
        #expect(values.count == count)
        #expect((0..<count).allSatisfy { values["\($0)"] == Double(3 * $0 + 6) })
    }

    @Test("threads measure while others flush: each unit is reported once", .matrix(97), arguments: [true, false])
    func concurrency(isDelta: Bool) throws {
        let collector = try Collector()
        let telemetry = try self.telemetry(collector, isDelta ? .delta : .cumulative)
        let counter = telemetry.meter("delivery").counter("items")
        let histogram = telemetry.meter("delivery").histogram("sizes")
        Threads.run(6) { number in
            if number < 4 {
                for index in 0..<5000 {
                    counter.add(1, ["thread": .int(number)])
                    histogram.record(index)
                }
            } else {
                for _ in 0..<10 { telemetry.flushBlocking(timeout: .seconds(10)) }
            }
        }
        let report = telemetry.shutdownBlocking(timeout: .seconds(10))
        #expect(report.isComplete, "\(report)")
        let metrics = try collector.metrics(as: CollectedMetric.self)
        let counts = metrics.filter { $0.name == "items" }.flatMap(\.points)
        let sizes = metrics.filter { $0.name == "sizes" }.flatMap(\.points)
        if isDelta {
            #expect(counts.compactMap(\.value).reduce(0, +) == 20_000)
            #expect(sizes.compactMap(\.count).reduce(0, +) == 20_000)
        } else {
            for thread in 0..<4 {
                let own = counts.filter { $0.attributes["thread"]?.intValue == "\(thread)" }
                #expect(own.last?.value == 5000)
                #expect(own.compactMap(\.value) == own.compactMap(\.value).sorted())
            }
            #expect(sizes.last?.count == 20_000)
        }
        #expect(try collector.state().violations == [])
    }

    @Test(
        "each instrument, as another implementation decodes it",
        .matrix(75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 92, 117, 118, 119, 123),
        arguments: [true, false]
    )
    func instruments(isDelta: Bool) throws {
        let collector = try Collector()
        let telemetry = try self.telemetry(collector, isDelta ? .delta : .cumulative)
        let meter = telemetry.meter("rich")
        meter.counter("counter", unit: "{item}", description: "Items").add(7, ["a": "b"])
        meter.counter("counter.double", of: Double.self).add(1.5)
        meter.upDownCounter("up.down").add(-3)
        meter.gauge("gauge", of: Double.self, unit: "Cel").record(21.5, ["room": "a"])
        let histogram = meter.histogram("histogram", of: Double.self, unit: "s", boundaries: [1, 2, 5])
        for value in [0.5, 1, 1.5, 3, 100] { histogram.record(value) }
        meter.observableCounter("observable.counter") { $0.observe(11, ["cpu": 0]) }
        meter.observableUpDownCounter("observable.up.down") { $0.observe(-4) }
        meter.observableGauge("observable.gauge", of: Double.self) { $0.observe(0.25) }
        #expect(telemetry.flushBlocking().isComplete)
        #expect(try collector.state().violations == [])
        let metrics = try collector.metrics(as: CollectedMetric.self)
        telemetry.shutdownBlocking()
        #expect(metrics.count == 8)
        let temporality = isDelta ? "delta" : "cumulative"
        let expected: [(name: String, type: String, temporality: String?, monotonic: Bool?, value: Double?)] = [
            ("counter", "sum", temporality, true, 7), ("counter.double", "sum", temporality, true, 1.5),
            ("up.down", "sum", "cumulative", false, -3), ("gauge", "gauge", nil, nil, 21.5),
            ("histogram", "histogram", temporality, nil, nil),
            ("observable.counter", "sum", temporality, true, 11),
            ("observable.up.down", "sum", "cumulative", false, -4),
            ("observable.gauge", "gauge", nil, nil, 0.25),
        ]
        for row in expected {
            let metric = try #require(metrics.first { $0.name == row.name }, "\(row.name)")
            #expect(metric.type == row.type && metric.temporality == row.temporality, "\(row.name)")
            #expect(metric.monotonic == row.monotonic && metric.points.map(\.value) == [row.value], "\(row.name)")
        }
        let counter = try #require(metrics.first { $0.name == "counter" })
        #expect(counter.unit == "{item}" && counter.description == "Items")
        #expect(counter.points[0].attributes == ["a": .init(stringValue: "b")] && counter.points[0].valueType == "int")
        #expect(metrics.first { $0.name == "counter.double" }?.points[0].valueType == "double")
        let point = try #require(metrics.first { $0.name == "histogram" }?.points.first)
        #expect(point.count == 5 && point.sum == 106 && point.min == 0.5 && point.max == 100)
        #expect(point.explicitBounds == [1, 2, 5] && point.bucketCounts == [2, 1, 1, 1])
    }

    @Test("resource and scope, with their schemas", .matrix(70, 71, 74, 98, 99, 101, 258))
    func resourceAndScope() throws {
        let collector = try Collector()
        let telemetry = try self.telemetry(collector)
        let schema = "https://opentelemetry.io/schemas/1.40.0"
        telemetry.meter("plain").counter("plain").add(1)
        telemetry.meter("lib", version: "2.1.0", schemaURL: schema, attributes: ["shard": 7]).counter("full").add(1)
        #expect(telemetry.shutdownBlocking().isComplete)
        let metrics = try collector.metrics(as: CollectedMetric.self)
        #expect(metrics.map(\.name).sorted() == ["full", "plain"])
        for metric in metrics {
            #expect(metric.resourceSchemaUrl == "https://opentelemetry.io/schemas/1.43.0")
            #expect(metric.resource["service.name"] == ["stringValue": "integration"])
            #expect(metric.resource["replicas"] == ["intValue": "3"])
            let full: JSON = [
                "name": "lib", "version": "2.1.0", "schemaUrl": .string(schema),
                "attributes": ["shard": ["intValue": "7"]], "droppedAttributesCount": 0,
            ]
            let plain: JSON = [
                "name": "plain", "version": "", "schemaUrl": "", "attributes": [:], "droppedAttributesCount": 0,
            ]
            #expect(metric.scope == (metric.name == "full" ? full : plain))
        }
    }

    @Test("the reader collects at its interval; times are constant or contiguous", arguments: [true, false])
    func interval(isDelta: Bool) throws {
        let collector = try Collector()
        let telemetry = try self.telemetry(
            collector,
            isDelta ? .delta : .cumulative,
            interval: .milliseconds(50)
        )
        let counter = telemetry.meter("interval").counter("ticks")
        let ticks = Mutex(0)
        telemetry.meter("interval").observableCounter("asked") { observer in
            observer.observe(
                ticks.withLock {
                    $0 += 1; return $0
                }
            )
        }
        for requests in 1...5 {
            counter.add(10)
            #expect(try collector.wait(requests: requests).reached == true)
        }
        #expect(telemetry.shutdownBlocking().isComplete)
        let metrics = try collector.metrics(as: CollectedMetric.self)
        let points = metrics.filter { $0.name == "ticks" }.flatMap(\.points)
        let asked = metrics.filter { $0.name == "asked" }.flatMap(\.points)
        let total = isDelta ? points.compactMap(\.value).reduce(0, +) : points.last?.value
        #expect(total == 50)
        let totalAsked = isDelta ? asked.compactMap(\.value).reduce(0, +) : asked.last?.value
        #expect(totalAsked == Double(ticks.withLock { $0 }))
        for series in [points, asked] {
            #expect(series.allSatisfy { 0 < $0.start && $0.start <= $0.time })
            for (earlier, later) in zip(series, series.dropFirst()) {
                #expect(earlier.time < later.time)
                #expect(later.start == (isDelta ? earlier.time : earlier.start))
            }
        }
        #expect(try collector.state().violations == [])
    }

    @Test("shutdown collects once more, also what was measured just before", .matrix(131, 132))
    func shutdown() throws {
        let collector = try Collector()
        let telemetry = try self.telemetry(collector)
        let counter = telemetry.meter("shutdown").counter("items")
        counter.add(5)
        telemetry.flushBlocking()
        counter.add(6)
        #expect(telemetry.shutdownBlocking().isComplete)
        let values = try collector.metrics(as: CollectedMetric.self).flatMap(\.points).map(\.value)
        #expect(values == [5, 11])
        counter.add(7)
        telemetry.flushBlocking()
        #expect(try collector.state().points == 2)
    }

    @Test(
        "a receiver that fails holds up neither flush nor shutdown, and the counts are true",
        .matrix(126, 130),
        arguments: Fault.all.filter { ["refuse", "stall", "stall_body", "reset", "400", "garbage"].contains($0.name) }
    )
    func fault(fault: Fault) throws {
        let collector = try Collector()
        let telemetry = try self.telemetry(collector)
        defer { telemetry.shutdownBlocking(timeout: .zero) }
        let meter = telemetry.meter("fault")
        for index in 0..<5 { meter.counter("items").add(1, ["index": .int(index)]) }
        try collector.order(fault.order)
        let flush = timed { telemetry.flushBlocking(timeout: .milliseconds(400)) }
        #expect(flush.duration < .milliseconds(400) + grace)

        try collector.clearFaults()
        let second = timed { telemetry.flushBlocking(timeout: .seconds(8)) }
        #expect(second.result.isInTime, "\(second.result)")
        expectSettled(second.result.statistics.sinks[0], accepted: 10)
        let stored = try collector.state().points
        #expect(stored >= 5)

        try collector.order(fault.order)
        let shutdown = timed { telemetry.shutdownBlocking(timeout: .seconds(1)) }
        #expect(shutdown.duration < .seconds(1) + grace)
        let sink = shutdown.result.statistics.sinks[0]
        expectSettled(sink, accepted: 15)
        let points = try collector.state().points
        // A request that was given up may have been taken all the same.
        let isExact = fault.isExact && !fault.name.hasPrefix("stall")
        #expect(isExact ? sink.exported == points : sink.exported <= points, "\(sink), stored \(points)")
        #expect(try collector.state().violations == [])
    }
}
