import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Manual reader")
struct ManualMetricReaderTests {
    @Test("collects what was measured, when it is asked")
    func collects() throws {
        let telemetry = try ManualTelemetry()
        telemetry.meter.counter("c").add(1)
        let collection = telemetry.readers[0].collect()
        #expect(collection.isComplete && collection.problems.isEmpty)
        #expect(collection.metrics.numbers("c") == [[:]: .int(1)])
        #expect(collection.batch.count == 1)
        let statistics = try #require(telemetry.telemetry.statistics.sinks.first)
        #expect(statistics.accepted == 1 && statistics.exported == 1)
    }

    @Test("has nothing before the start and after the end, and says so")
    func outside() throws {
        let reader = ManualMetricReader()
        #expect(!reader.collect().isComplete)
        #expect(reader.collect().metrics.isEmpty)
        #expect(reader.collect().problems == ["the reader is not part of a running telemetry"])
        let telemetry = try ManualTelemetry([reader])
        let counter = telemetry.meter.counter("c")
        counter.add(1)
        #expect(reader.collect().isComplete)
        #expect(telemetry.telemetry.shutdownBlocking().isComplete)
        counter.add(1)
        let collection = reader.collect()
        #expect(!collection.isComplete && collection.metrics.isEmpty)
        #expect(collection.problems == ["the reader is shut down"])
    }

    @Test("belongs to one telemetry, which goes on when a second one wants it")
    func secondTelemetry() throws {
        let telemetry = try ManualTelemetry()
        let error = #expect(throws: ConfigError.self) { _ = try ManualTelemetry(telemetry.readers) }
        #expect(error?.setting == "Config.sinks")
        #expect(error?.expected.contains("a reader of its own") == true)
        telemetry.meter.counter("c").add(1)
        #expect(telemetry.collect().numbers("c") == [[:]: .int(1)])
        // Twice in one telemetry is as wrong.
        let reader = ManualMetricReader()
        #expect(throws: ConfigError.self) { _ = try ManualTelemetry([reader, reader]) }
    }

    @Test("may be used again after a telemetry that failed to start")
    func failedStart() throws {
        let reader = ManualMetricReader()
        let broken = MetricSink(.custom("memory", MemoryMetricExporter()), interval: .zero)
        #expect(throws: ConfigError.self) {
            _ = try Telemetry(Config(serviceName: "test", sinks: [reader, broken], exitTimeout: .zero))
        }
        #expect(reader.collect().problems == ["the reader is not part of a running telemetry"])
        let telemetry = try ManualTelemetry([reader])
        telemetry.meter.counter("c").add(1)
        #expect(telemetry.collect().numbers("c") == [[:]: .int(1)])
    }

    @Test(
        "refuses settings that make no sense",
        arguments: [
            (ManualMetricReader(cardinalityLimit: 0), "ManualMetricReader.cardinalityLimit"),
            (ManualMetricReader(cardinalityLimits: [.gauge: 0]), "ManualMetricReader.cardinalityLimits[.gauge]"),
            (
                ManualMetricReader(aggregations: [.histogram: .explicitBucketHistogram(boundaries: [1, 1])]),
                "ManualMetricReader.aggregations[.histogram].boundaries"
            ),
        ] as [(ManualMetricReader, String)]
    )
    func nonsense(reader: ManualMetricReader, setting: String) {
        let error = #expect(throws: ConfigError.self) { _ = try ManualTelemetry([reader]) }
        #expect(error?.setting == setting)
    }

    @Test("may be asked by any thread at any time: each difference is told once")
    func concurrentCollectionsConcurrentSafe() throws {
        let telemetry = try ManualTelemetry([ManualMetricReader(temporality: .delta)])
        let counter = telemetry.meter.counter("c")
        let total = Mutex(Int64(0))
        let take: @Sendable (MetricCollection) -> Void = { collection in
            for point in collection.metrics.flatMap(\.numberPoints) {
                if case .int(let value) = point.value { total.withLock { $0 += value } }
            }
        }
        onThreads(6) { index in
            for _ in 0..<100 {
                if index < 3 { counter.add(1) } else { take(telemetry.readers[0].collect()) }
            }
        }
        take(telemetry.readers[0].collect())
        #expect(total.withLock { $0 } == 300)
    }

    @Test("asked from a callback tells that a collection is running")
    func nested() throws {
        let telemetry = try ManualTelemetry()
        let reader = telemetry.readers[0]
        let problems = Mutex<[String]>([])
        telemetry.meter.observableGauge("g") { observer in
            let nested = reader.collect(timeout: .zero)
            problems.withLock { $0 += nested.problems }
            observer.observe(1)
        }
        #expect(telemetry.collect().numbers("g") == [[:]: .int(1)])
        #expect(problems.withLock { $0 } == ["an earlier collection is still running"])
    }

    @Test("records nothing that producers do on the caller's thread, and then goes on")
    func suppression() throws {
        let meter = Mutex<OTelMeter?>(nil)
        let producer = CallingProducer { meter.withLock { $0 }?.counter("c").add(1) }
        let telemetry = try ManualTelemetry([ManualMetricReader(producers: [producer])])
        meter.withLock { $0 = telemetry.meter }
        let counter = telemetry.meter.counter("c")
        counter.add(2)
        for _ in 0..<2 { #expect(telemetry.collect().numbers("c") == [[:]: .int(2)]) }
        counter.add(4)
        #expect(telemetry.collect().numbers("c") == [[:]: .int(6)])
    }

    private struct CallingProducer: MetricProducer {
        let call: @Sendable () -> Void

        func produce(_ request: MetricProduction.Request) -> MetricProduction {
            self.call()
            return MetricProduction(scope: OTelScope("calling"), metrics: [])
        }
    }
}
