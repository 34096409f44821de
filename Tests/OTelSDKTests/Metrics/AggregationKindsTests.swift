import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Aggregations of each kind of instrument")
struct AggregationKindsTests {
    private static func collect(
        _ aggregation: MetricAggregation,
        _ temporality: MetricTemporality = .cumulative
    ) throws -> [MetricView] {
        let harness = try AggregationHarness(
            temporality,
            views: [InstrumentView(InstrumentSelector(), aggregation: aggregation)]
        )
        let meter = harness.meter
        let counter = meter.counter("counter")
        let upDownCounter = meter.upDownCounter("upDownCounter")
        let histogram = meter.histogram("histogram")
        let gauge = meter.gauge("gauge")
        for value in [3, 7, 2] {
            counter.add(value)
            upDownCounter.add(value)
            histogram.record(value)
            gauge.record(value)
        }
        meter.observableCounter("observableCounter") { $0.observe(2) }
        meter.observableUpDownCounter("observableUpDownCounter") { $0.observe(2) }
        meter.observableGauge("observableGauge") { $0.observe(2) }
        return harness.collect()
    }

    @Test("sum whatever the kind; only of counters and histograms it never falls", .matrix(117))
    func sum() throws {
        let metrics = try Self.collect(.sum)
        #expect(metrics.count == OTelInstrumentKind.allCases.count)
        for kind in OTelInstrumentKind.allCases {
            let metric = try #require(metrics.named("\(kind)"))
            #expect(metric.kind == .sum, "\(kind)")
            #expect(metric.numberPoints.map(\.value) == [.int(kind.isObservable ? 2 : 12)], "\(kind)")
            #expect(metric.isMonotonic == [.counter, .histogram, .observableCounter].contains(kind), "\(kind)")
        }
    }

    @Test("keep the last value whatever the kind", .matrix(118))
    func lastValue() throws {
        let metrics = try Self.collect(.lastValue)
        #expect(metrics.count == OTelInstrumentKind.allCases.count)
        for metric in metrics {
            #expect(metric.kind == .gauge, "\(metric.name)")
            #expect(metric.numberPoints.map(\.value) == [.int(2)], "\(metric.name)")
        }
    }

    @Test("count in ranges, with a sum only where no value can be negative", .matrix(119))
    func histogram() throws {
        let metrics = try Self.collect(.explicitBucketHistogram(boundaries: [2, 5], recordMinMax: false))
        for name in ["counter", "upDownCounter", "histogram", "gauge"] {
            let point = try #require(metrics.named(name)?.histogramPoints.first)
            #expect(point.bounds == [2, 5])
            #expect(point.bucketCounts == [1, 1, 1])
            #expect(point.min == nil && point.max == nil)
            #expect(point.sum == (["counter", "histogram"].contains(name) ? 12 : nil), "\(name)")
        }
        // Totals are no values to count: the view is ignored for callbacks.
        #expect(metrics.named("observableCounter")?.kind == .sum)
    }

    @Test("count in ranges whose width follows the values", .matrix(120), arguments: [true, false])
    func exponential(recordMinMax: Bool) throws {
        let metrics = try Self.collect(.exponentialHistogram(maxScale: 0, recordMinMax: recordMinMax), .delta)
        for name in ["counter", "upDownCounter", "histogram", "gauge"] {
            let point = try #require(metrics.named(name)?.exponentialHistogramPoints.first)
            #expect(point.scale == 0)
            // 2 belongs to (1, 2], 3 to (2, 4], 7 to (4, 8].
            #expect(point.positive == .init(offset: 0, counts: [1, 1, 1]))
            #expect(point.count == 3)
            #expect(point.min == (recordMinMax ? 2 : nil))
            #expect(point.max == (recordMinMax ? 7 : nil))
            #expect(point.sum == (["counter", "histogram"].contains(name) ? 12 : nil), "\(name)")
        }
    }

    @Test("exponential ones count negative values and zeros, and leave out a sum that says nothing", .matrix(120))
    func signs() throws {
        let view = InstrumentView(InstrumentSelector(), aggregation: .exponentialHistogram(maxScale: 0))
        let harness = try AggregationHarness(views: [view])
        let histogram = harness.meter.histogram("h", of: Double.self)
        for value in [-3, 0, 1.5, -0.0, .nan, .infinity] { histogram.record(value) }
        let point = try #require(harness.collect().named("h")?.exponentialHistogramPoints.first)
        #expect(point.count == 4)
        #expect(point.zeroCount == 2)
        #expect(point.positive == .init(offset: 0, counts: [1]))
        #expect(point.negative == .init(offset: 1, counts: [1]))
        #expect(point.sum == nil)
        #expect(point.min == -3 && point.max == 1.5)
    }

    @Test("exponential ones give each reader its own, from all threads, folded beyond its limit", .matrix(120, 151))
    func exponentialReaders() throws {
        let view = InstrumentView(InstrumentSelector(), aggregation: .exponentialHistogram)
        let readers = [
            ManualMetricReader(temporality: .cumulative), ManualMetricReader(temporality: .delta, cardinalityLimit: 1),
        ]
        let harness = try AggregationHarness(readers, views: [view])
        let histogram = harness.meter.histogram("h")
        for round in 1...2 {
            onThreads(3) { id in histogram.record(8, ["id": .int(id)]) }
            let totals = (0..<2).map { reader in
                (harness.collect(reader).named("h")?.exponentialHistogramPoints ?? []).map(\.count).sorted()
            }
            #expect(totals == [Array(repeating: UInt64(round), count: 3), [1, 2]])
        }
        #expect(harness.collect(1).isEmpty)
    }
}
