import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Metric filters")
struct MetricFilterTests {
    @Test("accept, drop or look at each series of synchronous instruments", .matrix(148, 149))
    func synchronous() throws {
        let filter = ScriptedFilter(["dropped": .drop, "partial": .acceptPartial], dropping: ["a": 1])
        let telemetry = try ManualTelemetry([ManualMetricReader(filter: filter), ManualMetricReader()])
        for name in ["accepted", "dropped", "partial"] {
            for id in 1...2 {
                telemetry.meter.counter(name).add(id, ["a": .int(id)])
                telemetry.meter.histogram("\(name) values").record(id, ["a": .int(id)])
            }
        }
        let metrics = telemetry.collect()
        #expect(metrics.numbers("accepted") == [["a": 1]: .int(1), ["a": 2]: .int(2)])
        #expect(metrics.numbers("partial") == [["a": 2]: .int(2)])
        #expect(metrics.named("dropped") == nil)
        #expect(metrics.named("partial values")?.histogramPoints.map(\.attributes) == [["a": 1], ["a": 2]])
        // Another reader has a filter of its own, or none.
        #expect(telemetry.collect(1).count == 6)
    }

    @Test("are asked once about a metric in a collection, by what it is exported as", .matrix(148, 149))
    func questions() throws {
        let filter = ScriptedFilter(["partial": .acceptPartial])
        let readers = [
            ManualMetricReader(filter: filter), ManualMetricReader(aggregations: [.histogram: .exponentialHistogram]),
        ]
        let views = [
            InstrumentView(InstrumentSelector(name: "original"), name: "partial", attributes: .keeping(["a"])),
            InstrumentView(InstrumentSelector(name: "nowhere"), aggregation: .drop),
        ]
        let telemetry = try ManualTelemetry(readers, views: views)
        let scope = telemetry.meter.scope.name
        telemetry.meter.histogram("h", unit: "s").record(1, ["a": 1])
        telemetry.meter.counter("original").add(1, ["a": 1, "b": 1])
        telemetry.meter.counter("nowhere").add(1)
        telemetry.meter.observableGauge("g", unit: "By") { $0.observe(1, ["a": 1]) }
        for _ in 0..<2 {
            #expect(telemetry.collect().map(\.name) == ["h", "partial", "g"])
            #expect(
                filter.takeQuestions() == [
                    "\(scope)/h/histogram/s", "\(scope)/partial/sum/", "\(scope)/g/gauge/By",
                    "\(scope)/partial/sum//a=1",
                ]
            )
        }
    }

    @Test("keep callbacks from running that observe nothing else", .matrix(148, 149))
    func callbacks() throws {
        let filter = ScriptedFilter(["dropped": .drop, "partial": .acceptPartial], dropping: ["a": 1])
        let telemetry = try ManualTelemetry([ManualMetricReader(filter: filter)])
        let calls = Mutex<[String]>([])
        let call: @Sendable (String) -> Void = { name in calls.withLock { $0.append(name) } }
        let dropped = telemetry.meter.observableGauge("dropped") { observer in
            call("dropped")
            observer.observe(1)
        }
        let partial = telemetry.meter.observableCounter("partial") { observer in
            call("partial")
            for id in 1...2 { observer.observe(id, ["a": .int(id)]) }
        }
        telemetry.meter.registerCallback(for: [dropped]) { _ in call("multi dropped") }
        telemetry.meter.registerCallback(for: [dropped, partial]) { observer in
            call("multi")
            observer.observe(dropped, 1)
            observer.observe(partial, 3, ["a": 3])
        }
        let metrics = telemetry.collect()
        #expect(metrics.map(\.name) == ["partial"])
        #expect(metrics.numbers("partial") == [["a": 2]: .int(2), ["a": 3]: .int(3)])
        #expect(calls.withLock { $0 } == ["partial", "multi"])
    }

    @Test("take nothing from later totals; what they drop of differences is gone", .matrix(149))
    func laterCollections() throws {
        let filter = ScriptedFilter(["c": .drop, "o": .drop])
        let readers = [ManualMetricReader(filter: filter), ManualMetricReader(temporality: .delta, filter: filter)]
        let telemetry = try ManualTelemetry(readers)
        telemetry.meter.counter("c").add(1)
        for reader in 0...1 { #expect(telemetry.collect(reader).isEmpty) }
        filter.answer([:])
        telemetry.meter.counter("c").add(2)
        #expect(telemetry.collect(0).numbers("c") == [[:]: .int(3)])
        #expect(telemetry.collect(1).numbers("c") == [[:]: .int(2)])
    }

    @Test("hold before the limit on series", .matrix(149, 151))
    func beforeLimit() throws {
        let filter = ScriptedFilter(["c": .acceptPartial, "o": .acceptPartial], dropping: ["id": 0])
        let readers = [ManualMetricReader(cardinalityLimit: 2, filter: filter), ManualMetricReader()]
        let telemetry = try ManualTelemetry(readers)
        for id in 0..<3 { telemetry.meter.counter("c").add(1, ["id": .int(id)]) }
        telemetry.meter.observableCounter("o") { observer in
            for id in 0..<3 { observer.observe(1, ["id": .int(id)]) }
        }
        let metrics = telemetry.collect()
        #expect(metrics.numbers("c") == [["id": 1]: .int(1), ["id": 2]: .int(1)])
        #expect(metrics.numbers("o") == [["id": 1]: .int(1), ["id": 2]: .int(1)])
    }

    @Test("accept every series unless they say otherwise")
    func defaultAnswer() throws {
        struct Partial: MetricFilter {
            func testMetric(scope: OTelScope, name: String, kind: MetricView.Kind, unit: String) -> MetricFilterResult {
                .acceptPartial
            }
        }
        let telemetry = try ManualTelemetry([ManualMetricReader(filter: Partial())])
        telemetry.meter.useAllKinds()
        #expect(telemetry.collect().count == OTelInstrumentKind.allCases.count)
    }

    @Test("of sinks hold for what they export", .matrix(148))
    func sink() throws {
        let exporter = InMemoryMetricExporter()
        let sink = MetricSink(.inMemory(exporter), interval: .seconds(3600), filter: ScriptedFilter(["dropped": .drop]))
        let telemetry = try Telemetry(Config(serviceName: "test", sinks: [sink], exitTimeout: .zero))
        telemetry.meter("m").counter("dropped").add(1)
        telemetry.meter("m").counter("kept").add(1)
        #expect(telemetry.shutdownBlocking().isComplete)
        #expect(exporter.metrics.map(\.name) == ["kept"])
    }
}

/// Answers by the name of the metric, accepts what it does not know, and drops series of one attribute.
final class ScriptedFilter: MetricFilter {
    private let results: Mutex<[String: MetricFilterResult]>
    private let dropped: OTelAttributes
    private let questions = Mutex<[String]>([])

    init(_ results: [String: MetricFilterResult], dropping dropped: OTelAttributes = ["never": true]) {
        self.results = Mutex(results)
        self.dropped = dropped
    }

    func answer(_ results: [String: MetricFilterResult]) {
        self.results.withLock { $0 = results }
    }

    /// What it was asked since the last time: `scope/name/kind/unit`, for series with `/key=value`.
    func takeQuestions() -> [String] {
        self.questions.withLock { questions in
            defer { questions = [] }
            return questions
        }
    }

    func testMetric(scope: OTelScope, name: String, kind: MetricView.Kind, unit: String) -> MetricFilterResult {
        self.questions.withLock { $0.append("\(scope.name)/\(name)/\(kind)/\(unit)") }
        return self.results.withLock { $0[name] } ?? .accept
    }

    func testAttributes(
        scope: OTelScope,
        name: String,
        kind: MetricView.Kind,
        unit: String,
        attributes: OTelAttributes
    ) -> AttributesFilterResult {
        let text = attributes.map { key, value in
            if case .int(let number) = value { "\(key)=\(number)" } else { "\(key)=\(value)" }
        }
        self.questions.withLock {
            $0.append("\(scope.name)/\(name)/\(kind)/\(unit)/\(text.joined(separator: ","))")
        }
        return attributes == self.dropped ? .drop : .accept
    }
}
