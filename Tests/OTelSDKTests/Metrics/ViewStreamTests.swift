import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("What a view makes of an instrument")
struct ViewStreamTests {
    @Test("is a stream with the name, description, attributes and aggregation that it asks for", .matrix(109))
    func settings() throws {
        let view = InstrumentView(
            InstrumentSelector(name: "latency"),
            name: "Dauer einer Anfrage",
            description: "told by the view",
            attributes: .keeping(["route"]),
            aggregation: .sum
        )
        let telemetry = try ManualTelemetry(views: [view])
        let histogram = telemetry.meter.histogram("latency", unit: "s", description: "told by the author")
        // The names of streams don't have to follow the syntax of instrument names.
        #expect(telemetry.messages { histogram.record(3, ["route": "/", "user": 1]) }.isEmpty)
        histogram.record(4, ["route": "/", "user": 2])
        telemetry.meter.counter("other", description: "untouched").add(1, ["user": 1])
        let metrics = telemetry.collect()
        #expect(metrics.map(\.name) == ["Dauer einer Anfrage", "other"])
        #expect(metrics.map(\.description) == ["told by the view", "untouched"])
        #expect(metrics.map(\.unit) == ["s", ""])
        #expect(metrics.numbers("Dauer einer Anfrage") == [["route": "/"]: .int(7)])
        #expect(metrics.numbers("other") == [["user": 1]: .int(1)])
    }

    @Test("stays as the author has it where the view says nothing", .matrix(109))
    func nothing() throws {
        let telemetry = try ManualTelemetry(views: [InstrumentView(InstrumentSelector())])
        telemetry.meter.histogram("h", unit: "s", description: "d", boundaries: [1], attributeKeys: ["a"])
            .record(1, ["a": 1, "b": 1])
        let metric = try #require(telemetry.collect().first)
        #expect([metric.name, metric.unit, metric.description] == ["h", "s", "d"])
        #expect(metric.histogramPoints.map(\.bounds) == [[1]])
        #expect(metric.histogramPoints.map(\.attributes) == [["a": 1]])
    }

    /// The sums of `{a: 1, b: 1}` = 1, `{a: 1, b: 2}` = 2, `{a: 2, b: 1}` = 4 and `{}` = 8.
    @Test(
        "has the attributes that the view keeps, however the instrument measures",
        .matrix(109, 110),
        arguments: [
            (.keepingAll, [["a": 1, "b": 1]: 1, ["a": 1, "b": 2]: 2, ["a": 2, "b": 1]: 4, [:]: 8]),
            (.keeping(["a"]), [["a": 1]: 3, ["a": 2]: 4, [:]: 8]),
            (.keeping(["b", "c"]), [["b": 1]: 5, ["b": 2]: 2, [:]: 8]),
            (.keeping([]), [[:]: 15]),
            (.excluding(["a"]), [["b": 1]: 5, ["b": 2]: 2, [:]: 8]),
            (.excluding(["a", "b"]), [[:]: 15]),
            (.excluding(["A"]), [["a": 1, "b": 1]: 1, ["a": 1, "b": 2]: 2, ["a": 2, "b": 1]: 4, [:]: 8]),
            (AttributeKeyFilter.keeping(["a", "b"]).and(.excluding(["b"])), [["a": 1]: 3, ["a": 2]: 4, [:]: 8]),
            (AttributeKeyFilter.excluding(["b"]).and(.keeping(["a", "b"])), [["a": 1]: 3, ["a": 2]: 4, [:]: 8]),
            (AttributeKeyFilter.keeping(["a"]).and(.keeping(["b"])), [[:]: 15]),
        ] as [(AttributeKeyFilter, [OTelAttributes: Int64])]
    )
    func attributes(filter: AttributeKeyFilter, sums: [OTelAttributes: Int64]) throws {
        let telemetry = try ManualTelemetry(views: [InstrumentView(InstrumentSelector(), attributes: filter)])
        let meter = telemetry.meter
        let sets: [(OTelAttributes, Int)] = [
            (["a": 1, "b": 1], 1), (["b": 2, "a": 1], 2), (["a": 2, "b": 1], 4), ([:], 8),
        ]
        for (attributes, value) in sets {
            meter.counter("sync").add(value, attributes)
            meter.upDownCounter("bound").bound(attributes).add(value)
        }
        let short = meter.counter("short")
        short.add(1, "a", 1, "b", 1)
        short.add(2, "a", 1, "b", 2)
        short.add(4, "a", 2, "b", 1)
        short.add(8)
        meter.observableCounter("async") { observer in
            for (attributes, value) in sets { observer.observe(value, attributes) }
        }
        for _ in 0..<2 {
            let metrics = telemetry.collect()
            for name in ["sync", "bound", "short", "async"] {
                #expect(metrics.numbers(name) == sums.mapValues(MetricView.Number.int), "\(name)")
            }
        }
    }

    @Test("has the last value of merged sets where an asynchronous gauge's attributes are left out")
    func mergedGauge() throws {
        let views = [InstrumentView(InstrumentSelector(), attributes: .excluding(["cpu"]))]
        let telemetry = try ManualTelemetry(views: views)
        telemetry.meter.observableGauge("g") { observer in
            observer.observe(1, ["cpu": 0])
            observer.observe(2, ["cpu": 1])
        }
        telemetry.meter.observableUpDownCounter("u", of: Double.self) { observer in
            observer.observe(1.5, ["cpu": 0])
            observer.observe(-4, ["cpu": 1])
        }
        let metrics = telemetry.collect()
        #expect(metrics.numbers("g") == [[:]: .int(2)])
        #expect(metrics.numbers("u") == [[:]: .double(-2.5)])
    }

    @Test("counts what is merged once for readers of differences", .matrix(110))
    func mergedDifferences() throws {
        let telemetry = try ManualTelemetry(
            [ManualMetricReader(temporality: .delta)],
            views: [InstrumentView(InstrumentSelector(), attributes: .keeping([]))]
        )
        let total = Mutex(10)
        telemetry.meter.observableCounter("c") { observer in
            observer.observe(total.withLock { $0 }, ["id": 1])
            observer.observe(5, ["id": 2])
        }
        #expect(telemetry.collect().numbers("c") == [[:]: .int(15)])
        total.withLock { $0 = 12 }
        #expect(telemetry.collect().numbers("c") == [[:]: .int(2)])
    }

    @Test(
        "has the attributes that the author advises, unless the view knows better",
        .matrix(93),
        arguments: [
            ([], [["a": 1]: 3]),
            ([InstrumentView(InstrumentSelector(), description: "d")], [["a": 1]: 3]),
            (
                [InstrumentView(InstrumentSelector(), attributes: .keepingAll)],
                [["a": 1, "b": 1]: 1, ["a": 1, "b": 2]: 2]
            ),
            ([InstrumentView(InstrumentSelector(), attributes: .keeping(["b"]))], [["b": 1]: 1, ["b": 2]: 2]),
            ([InstrumentView(InstrumentSelector(), attributes: .excluding(["a"]))], [["b": 1]: 1, ["b": 2]: 2]),
            ([InstrumentView(InstrumentSelector(name: "other"), attributes: .keepingAll)], [["a": 1]: 3]),
        ] as [([InstrumentView], [OTelAttributes: Int64])]
    )
    func advisedAttributes(views: [InstrumentView], sums: [OTelAttributes: Int64]) throws {
        let telemetry = try ManualTelemetry(views: views)
        let meter = telemetry.meter
        let counter = meter.counter("sync", attributeKeys: ["a", "never"])
        counter.add(1, ["a": 1, "b": 1])
        counter.bound(["a": 1, "b": 2]).add(2)
        meter.observableCounter("async", attributeKeys: ["a"]) { observer in
            observer.observe(1, ["a": 1, "b": 1])
            observer.observe(2, ["a": 1, "b": 2])
        }
        // An instrument whose author advises to keep none.
        meter.gauge("none", attributeKeys: []).record(9, ["a": 1])
        let metrics = telemetry.collect()
        #expect(metrics.numbers("sync") == sums.mapValues(MetricView.Number.int))
        #expect(metrics.numbers("async") == sums.mapValues(MetricView.Number.int))
        if views.isEmpty { #expect(metrics.numbers("none") == [[:]: .int(9)]) }
    }

    @Test("has the limit of its own that the view sets, for all readers", .matrix(152))
    func cardinality() throws {
        let readers = [
            ManualMetricReader(cardinalityLimit: 1),
            ManualMetricReader(cardinalityLimit: 10, cardinalityLimits: [.counter: 5]),
        ]
        let view = InstrumentView(InstrumentSelector(name: "limited"), cardinalityLimit: 3)
        let telemetry = try ManualTelemetry(readers, views: [view])
        for id in 0..<8 {
            telemetry.meter.counter("limited").add(1, ["id": .int(id)])
            telemetry.meter.counter("other").add(1, ["id": .int(id)])
        }
        for (reader, limit) in [(0, 1), (1, 5)] {
            let metrics = telemetry.collect(reader)
            #expect(metrics.numbers("limited").count == 4)
            #expect(metrics.numbers("limited")[["otel.metric.overflow": true]] == .int(5))
            #expect(metrics.numbers("other").count == limit + 1)
        }
    }

    @Test("counts sets after attributes were left out", .matrix(152))
    func cardinalityAfterFilter() throws {
        let view = InstrumentView(InstrumentSelector(), attributes: .keeping(["a"]), cardinalityLimit: 2)
        let telemetry = try ManualTelemetry(views: [view])
        for id in 0..<100 { telemetry.meter.counter("c").add(1, ["a": .int(id % 2), "id": .int(id)]) }
        #expect(telemetry.collect().numbers("c") == [["a": 0]: .int(50), ["a": 1]: .int(50)])
    }
}
