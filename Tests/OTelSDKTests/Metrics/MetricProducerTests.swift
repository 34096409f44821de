import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Metric producers")
struct MetricProducerTests {
    private static let time = OTelTimestamp(unixNanoseconds: 1_000)

    /// One metric of each kind, with series `a: 1` and `a: 2`.
    private static let metrics: [MetricData] = {
        let sets: [OTelAttributes] = [["a": 1], ["a": 2]]
        let numbers = sets.map { MetricView.NumberPoint(.int(1), attributes: $0, time: Self.time) }
        let histograms = sets.map { attributes in
            MetricView.HistogramPoint(bucketCounts: [1, 2], bounds: [1], attributes: attributes, time: Self.time)
        }
        let exponential = sets.map { attributes in
            MetricView.ExponentialHistogramPoint(scale: 1, zeroCount: 3, attributes: attributes, time: Self.time)
        }
        let summaries = sets.map { attributes in
            MetricView.SummaryPoint(
                count: 1,
                sum: 2,
                quantiles: [.init(0.5, value: 2)],
                attributes: attributes,
                time: Self.time
            )
        }
        return [
            MetricData("gauge", unit: "s", points: .gauge(numbers)),
            MetricData("sum", description: "d", points: .sum(numbers, .delta, isMonotonic: true)),
            MetricData("histogram", points: .histogram(histograms, .cumulative)),
            MetricData("exponential", points: .exponentialHistogram(exponential, .delta)),
            MetricData("summary", points: .summary(summaries)),
        ]
    }()

    @Test("add their metrics as they are, summaries too, to those of the reader's instruments")
    func passThrough() throws {
        let scope = OTelScope("bridge", version: "1")
        let producer = ScriptedProducer { _ in MetricProduction(scope: scope, metrics: Self.metrics) }
        let telemetry = try ManualTelemetry([ManualMetricReader(producers: [producer]), ManualMetricReader()])
        telemetry.meter.counter("own").add(1)
        let collection = telemetry.readers[0].collect()
        #expect(collection.isComplete)
        #expect(collection.metrics.map(\.name) == ["own", "gauge", "sum", "histogram", "exponential", "summary"])
        #expect(collection.metrics.dropFirst().map(MetricData.init) == Self.metrics)
        #expect(collection.metrics.dropFirst().allSatisfy { $0.scope == scope })
        #expect(collection.metrics.allSatisfy { $0.resource["service.name"] == "test" })
        #expect(telemetry.collect(1).map(\.name) == ["own"])
    }

    @Test(
        "are told the filter, the resource and the temporality of the reader, and how long they may take",
        .matrix(147, 148)
    )
    func request() throws {
        let filter = ScriptedFilter([:])
        let producer = ScriptedProducer { _ in MetricProduction(scope: OTelScope("p"), metrics: []) }
        let telemetry = try ManualTelemetry(
            [ManualMetricReader(temporality: .lowMemory, filter: filter, producers: [producer])]
        ) { $0.resourceAttributes = ["zone": "b"] }
        _ = telemetry.readers[0].collect(timeout: .seconds(100))
        let request = try #require(producer.requests.first)
        #expect((request.filter as? ScriptedFilter) === filter)
        #expect(request.temporality == .lowMemory)
        #expect(request.resource["zone"] == "b" && request.resource["service.name"] == "test")
        #expect(request.deadline.remaining > .seconds(50) && request.deadline.remaining <= .seconds(100))
        #expect(producer.requests.count == 1)
    }

    @Test("are filtered by the reader whatever they make of the filter", .matrix(147, 148))
    func filtered() throws {
        let filter = ScriptedFilter(
            [
                "gauge": .acceptPartial, "sum": .drop, "histogram": .acceptPartial, "exponential": .acceptPartial,
                "summary": .acceptPartial,
            ],
            dropping: ["a": 1]
        )
        let producer = ScriptedProducer { _ in MetricProduction(scope: OTelScope("p"), metrics: Self.metrics) }
        let telemetry = try ManualTelemetry([ManualMetricReader(filter: filter, producers: [producer])])
        let metrics = telemetry.collect()
        #expect(metrics.map(\.name) == ["gauge", "histogram", "exponential", "summary"])
        for metric in metrics {
            let attributes =
                metric.numberPoints.map(\.attributes) + metric.histogramPoints.map(\.attributes)
                + metric.exponentialHistogramPoints.map(\.attributes) + metric.summaryPoints.map(\.attributes)
            #expect(attributes == [["a": 2]], "\(metric.name)")
        }
        #expect(filter.takeQuestions().contains("p/summary/summary//a=2"))
    }

    @Test("that fail, or tell only a part, take nothing from the others")
    func failures() throws {
        struct Failure: Error {}
        let throwing = ScriptedProducer { _ in throw Failure() }
        let partial = ScriptedProducer { _ in
            MetricProduction(scope: OTelScope("half"), metrics: [Self.metrics[0]], problem: "the other half is asleep")
        }
        let good = ScriptedProducer { _ in MetricProduction(scope: OTelScope("good"), metrics: [Self.metrics[1]]) }
        let telemetry = try ManualTelemetry([ManualMetricReader(producers: [throwing, partial, good])])
        telemetry.meter.counter("own").add(1)
        let collection = telemetry.readers[0].collect()
        #expect(!collection.isComplete)
        #expect(collection.metrics.map(\.name) == ["own", "gauge", "sum"])
        #expect(collection.problems.count == 2)
        #expect(collection.problems.first?.contains("Failure") == true)
        #expect(collection.problems.last?.contains("\"half\"") == true)
        #expect(collection.problems.last?.contains("the other half is asleep") == true)
    }

    @Test("are not asked once the time is over")
    func late() throws {
        let producer = ScriptedProducer { _ in MetricProduction(scope: OTelScope("p"), metrics: Self.metrics) }
        let telemetry = try ManualTelemetry([ManualMetricReader(producers: [producer])])
        let collection = telemetry.readers[0].collect(timeout: .zero)
        #expect(!collection.isComplete)
        #expect(producer.requests.isEmpty)
    }

    @Test("that don't come back hold up neither flush nor shutdown beyond the time that these have")
    func hang() throws {
        let isReleased = Mutex(false)
        let producer = ScriptedProducer { _ in
            _ = Threads.wait(upTo: .seconds(60)) { isReleased.withLock { $0 } }
            return MetricProduction(scope: OTelScope("p"), metrics: [])
        }
        let sink = MetricSink(
            .custom("memory", MemoryMetricExporter()),
            interval: .seconds(3600),
            producers: [producer]
        )
        let telemetry = try Telemetry(Config(serviceName: "test", sinks: [sink], exitTimeout: .zero))
        defer { isReleased.withLock { $0 = true } }
        let start = ContinuousClock().now
        #expect(!telemetry.flushBlocking(timeout: .seconds(1)).isComplete)
        #expect(!telemetry.shutdownBlocking(timeout: .seconds(1)).isComplete)
        #expect(ContinuousClock().now - start < .seconds(12))
    }

    @Test("are exported by periodic sinks in their batches, and accounted for", .matrix(154))
    func sink() throws {
        let exporter = MemoryMetricExporter()
        let producer = ScriptedProducer { _ in MetricProduction(scope: OTelScope("p"), metrics: Self.metrics) }
        let sink = MetricSink(
            .custom("memory", exporter),
            interval: .seconds(3600),
            maxExportBatchSize: 4,
            producers: [producer]
        )
        let telemetry = try Telemetry(Config(serviceName: "test", sinks: [sink], exitTimeout: .zero))
        telemetry.meter("m").counter("own").add(1)
        #expect(telemetry.flushBlocking().isComplete)
        let batches = exporter.take()
        #expect(batches.map(\.count) == [4, 4, 3])
        #expect(telemetry.statistics.sinks.first?.exported == 11)
        telemetry.shutdownBlocking()
    }
}

/// Answers as it is told, and remembers what it was asked.
private final class ScriptedProducer: MetricProducer {
    private let asked = Mutex<[MetricProduction.Request]>([])
    private let answer: @Sendable (MetricProduction.Request) throws -> MetricProduction

    init(_ answer: @escaping @Sendable (MetricProduction.Request) throws -> MetricProduction) {
        self.answer = answer
    }

    var requests: [MetricProduction.Request] { self.asked.withLock { $0 } }

    func produce(_ request: MetricProduction.Request) throws -> MetricProduction {
        self.asked.withLock { $0.append(request) }
        return try self.answer(request)
    }
}
