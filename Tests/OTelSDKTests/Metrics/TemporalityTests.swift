import COTelRuntime
import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Temporality and time")
struct TemporalityTests {
    @Test(
        "follows the preset for each kind of instrument",
        .matrix(123),
        arguments: [
            (.cumulative, []),
            (.delta, [.counter, .histogram, .observableCounter]),
            (.lowMemory, [.counter, .histogram]),
        ] as [(MetricTemporality, Set<OTelInstrumentKind>)]
    )
    func presets(preset: MetricTemporality, delta: Set<OTelInstrumentKind>) throws {
        let harness = try MetricsHarness(preset)
        let meter = harness.meter()
        meter.counter("counter").add(1)
        meter.upDownCounter("upDownCounter").add(1)
        meter.histogram("histogram").record(1)
        meter.gauge("gauge").record(1)
        meter.observableCounter("observableCounter") { $0.observe(1) }
        meter.observableUpDownCounter("observableUpDownCounter") { $0.observe(1) }
        meter.observableGauge("observableGauge") { $0.observe(1) }
        let metrics = try harness.collect()
        for kind in OTelInstrumentKind.allCases {
            let temporality = try #require(metrics.named("\(kind)")).temporality
            let isGauge = kind == .gauge || kind == .observableGauge
            #expect(temporality == (isGauge ? nil : delta.contains(kind) ? .delta : .cumulative), "\(kind)")
        }
    }

    @Test("uses the aggregation of each kind of instrument", .matrix(116))
    func defaultAggregation() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter()
        meter.counter("counter").add(1)
        meter.upDownCounter("upDownCounter").add(1)
        meter.histogram("histogram").record(1)
        meter.gauge("gauge").record(1)
        meter.observableCounter("observableCounter") { $0.observe(1) }
        meter.observableUpDownCounter("observableUpDownCounter") { $0.observe(1) }
        meter.observableGauge("observableGauge") { $0.observe(1) }
        let metrics = try harness.collect()
        let expected: [OTelInstrumentKind: (MetricView.Kind, Bool)] = [
            .counter: (.sum, true), .upDownCounter: (.sum, false), .histogram: (.histogram, false),
            .gauge: (.gauge, false), .observableCounter: (.sum, true), .observableUpDownCounter: (.sum, false),
            .observableGauge: (.gauge, false),
        ]
        for kind in OTelInstrumentKind.allCases {
            let metric = try #require(metrics.named("\(kind)"))
            #expect(metric.kind == expected[kind]?.0, "\(kind)")
            #expect(metric.isMonotonic == expected[kind]?.1, "\(kind)")
        }
    }

    @Test("reports totals to cumulative readers and differences to delta readers, which don't disturb each other")
    func severalReaders() throws {
        let harness = try MetricsHarness([(.cumulative, 2000), (.delta, 2000), (.delta, 2000)])
        let counter = harness.meter().counter("c")
        let doubles = harness.meter().counter("d", of: Double.self)
        func collect(_ reader: Int) throws -> [MetricView.Number?] {
            let metrics = try harness.readers[reader].collect()
            return [metrics.numbers("c")[[:]], metrics.numbers("d")[[:]]]
        }
        counter.add(1)
        doubles.add(0.1)
        #expect(try collect(0) == [.int(1), .double(0.1)])
        #expect(try collect(1) == [.int(1), .double(0.1)])
        counter.add(2)
        doubles.add(1e300)
        #expect(try collect(1) == [.int(2), .double(1e300)])
        #expect(try collect(1) == [nil, nil])
        counter.add(4)
        doubles.add(0.3)
        #expect(try collect(0) == [.int(7), .double(1e300)])
        // What was summed before takes nothing from the precision of a difference.
        #expect(try collect(1) == [.int(4), .double(0.3)])
        #expect(try collect(2) == [.int(7), .double(1e300)])
        #expect(try collect(0) == [.int(7), .double(1e300)])
    }

    @Test("reports to delta readers only what was recorded since the last collection")
    func deltaPoints() throws {
        let harness = try MetricsHarness(.delta)
        let counter = harness.meter().counter("c")
        counter.add(1, ["a": 1])
        counter.add(1, ["a": 2])
        #expect(try harness.collect().numbers("c").count == 2)
        counter.add(5, ["a": 2])
        #expect(try harness.collect().numbers("c") == [["a": 2]: .int(5)])
        #expect(try harness.collect().isEmpty)
    }

    @Test("starts a cumulative series at its first measurement", .matrix(153))
    func seriesStart() throws {
        let harness = try MetricsHarness()
        let counter = harness.meter().counter("c")
        let times =
            [cotel_realtime_ns()]
            + (1...2).map { id in
                counter.add(1, ["id": .int(id)])
                return cotel_realtime_ns()
            }
        for _ in 0..<2 {
            let begin = cotel_realtime_ns()
            let points = try #require(try harness.collect().named("c")).numberPoints
            for (index, point) in points.enumerated() {
                let start = try #require(point.startTime?.unixNanoseconds)
                #expect(times[index] <= start && start <= times[index + 1])
                #expect(point.time.unixNanoseconds >= begin)
                #expect(point.time == points.first?.time)
            }
            counter.add(1, ["id": 2])
        }
    }

    @Test("lets delta intervals follow each other without gaps, equal for all points")
    func deltaStart() throws {
        let harness = try MetricsHarness(.delta)
        let before = cotel_realtime_ns()
        let counter = harness.meter().counter("c")
        let after = cotel_realtime_ns()
        counter.add(1, ["id": 1])
        let first = try #require(try harness.collect().named("c")?.numberPoints.first)
        let start = try #require(first.startTime?.unixNanoseconds)
        #expect(before <= start && start <= after)
        counter.add(1, ["id": 1])
        counter.add(1, ["id": 2])
        let histogram = harness.meter().histogram("late")
        histogram.record(1)
        let metrics = try harness.collect()
        #expect(metrics.named("c")?.numberPoints.map(\.startTime) == [first.time, first.time])
        let late = try #require(metrics.histogram("late")?.startTime)
        #expect(late > first.time)
    }

    @Test("starts an asynchronous series at the collection before it was first observed")
    func observableStart() throws {
        let harness = try MetricsHarness()
        let ids = IDs()
        let before = cotel_realtime_ns()
        harness.meter().observableCounter("c") { observer in
            for id in ids.values { observer.observe(id, ["id": .int(id)]) }
        }
        let first = try #require(try harness.collect().named("c")?.numberPoints.first)
        let start = try #require(first.startTime?.unixNanoseconds)
        #expect(before <= start && start < first.time.unixNanoseconds)
        ids.values.append(2)
        let points = try #require(try harness.collect().named("c")).numberPoints
        #expect(points.map(\.startTime) == [first.startTime, first.time])
    }

    private final class IDs: @unchecked Sendable {
        // Safety: changed only between collections, which a flush waits for.
        var values = [1]
    }
}
