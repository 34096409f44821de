import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Exemplar reservoirs")
struct ExemplarReservoirTests {
    private static func view(_ reservoir: ExemplarReservoirFactory, _ name: String? = nil) -> InstrumentView {
        InstrumentView(
            InstrumentSelector(name: name),
            attributes: .excluding(["left"]),
            exemplarReservoir: reservoir
        )
    }

    private static func values(_ metrics: [MetricView], _ name: String) -> [Double] {
        metrics.named(name)?.points.flatMap { $0.exemplars.map(\.value.asDouble) } ?? []
    }

    @Test("of one place are the default of sums and gauges, and start over at each collection", .matrix(145))
    func fixedSizeDefault() throws {
        let harness = try AggregationHarness(
            [ManualMetricReader(temporality: .delta)],
            exemplarFilter: .alwaysOn
        )
        let counter = harness.meter.counter("c")
        let gauge = harness.meter.gauge("g")
        for round in 0..<3 {
            for value in 0..<10 {
                counter.add(round * 10 + value)
                gauge.record(round * 10 + value)
            }
            let metrics = harness.collect()
            for name in ["c", "g"] {
                let values = Self.values(metrics, name)
                #expect(values.count == 1)
                #expect(values.allSatisfy { Int($0) / 10 == round })
            }
        }
    }

    @Test("of fixed size keep each measurement with the same probability", .matrix(111, 145))
    func uniform() throws {
        let harness = try AggregationHarness(
            [ManualMetricReader(temporality: .delta)],
            views: [Self.view(.simpleFixedSize(5))],
            exemplarFilter: .alwaysOn
        )
        let counter = harness.meter.counter("c")
        var kept = [Int](repeating: 0, count: 50)
        for _ in 0..<2000 {
            for value in 0..<50 { counter.add(value) }
            let values = Self.values(harness.collect(), "c")
            #expect(Set(values).count == 5)
            for value in values { kept[Int(value)] += 1 }
        }
        // Each is expected 200 times, with a standard deviation of 13.4.
        #expect(kept.allSatisfy { (100...300).contains($0) }, "\(kept)")
    }

    @Test("of histograms with boundaries keep the last measurement of each range", .matrix(146))
    func aligned() throws {
        let harness = try AggregationHarness(exemplarFilter: .alwaysOn)
        let histogram = harness.meter.histogram("h", boundaries: [10, 20])
        for value in [1, 25, 10, 11, 100, 3] { histogram.record(value) }
        #expect(Self.values(harness.collect(), "h") == [3, 11, 100])
        histogram.record(20)
        #expect(Self.values(harness.collect(), "h") == [3, 20, 100])
    }

    @Test(
        "of exponential histograms have as many places as ranges, up to 20",
        .matrix(145),
        arguments: [(maxSize: 4, places: 4), (maxSize: 160, places: 20)]
    )
    func exponential(maxSize: Int, places: Int) throws {
        let view = InstrumentView(InstrumentSelector(), aggregation: .exponentialHistogram(maxSize: maxSize))
        let harness = try AggregationHarness(views: [view], exemplarFilter: .alwaysOn)
        let histogram = harness.meter.histogram("h")
        for value in 0..<100 { histogram.record(value) }
        #expect(Set(Self.values(harness.collect(), "h")).count == places)
    }

    @Test("of an application's own see value, attributes, context and time", .matrix(111, 143, 144))
    func custom() throws {
        let reservoirs = RecordingReservoirs()
        let harness = try AggregationHarness(views: [Self.view(reservoirs.factory)], exemplarFilter: .alwaysOn)
        let counter = harness.meter.counter("c", of: Double.self)
        let before = OTelTimestamp.now
        OTelContext.withValue(.inSpan(7, sampled: true)) { counter.add(1.5, ["kept": 1, "left": 2]) }
        let after = OTelTimestamp.now
        let offered = try #require(reservoirs.all.first?.offered.first)
        #expect(offered.value == .double(1.5))
        #expect(offered.attributes == ["kept": 1, "left": 2])
        #expect(offered.context.span.context.spanID == OTelSpanID(7))
        #expect(before <= offered.time && offered.time <= after)
        let exemplar = try #require(harness.collect().named("c")?.numberPoints.first?.exemplars.first)
        #expect(exemplar.value == .double(1.5))
        #expect(exemplar.spanID == OTelSpanID(7))
        #expect(exemplar.time == offered.time)
        #expect(exemplar.filteredAttributes == ["left": 2])
    }

    @Test("are made once for each series, whichever threads measure", .matrix(143))
    func onePerSeriesConcurrentSafe() throws {
        let reservoirs = RecordingReservoirs()
        let harness = try AggregationHarness(views: [Self.view(reservoirs.factory)], exemplarFilter: .alwaysOn)
        let counter = harness.meter.counter("c")
        for id in 0..<3 {
            // This thread keeps its cell, so that the other one gets a cell of its own.
            counter.add(1, ["id": .int(id)])
            onThreads(1) { _ in counter.add(1, ["id": .int(id)]) }
        }
        #expect(reservoirs.all.map(\.offered.count) == [2, 2, 2])
    }

    @Test("serve several readers, whatever their temporality")
    func severalReaders() throws {
        let readers = [.cumulative, .delta, .delta].map { ManualMetricReader(temporality: $0) }
        let harness = try AggregationHarness(readers, exemplarFilter: .alwaysOn)
        let histogram = harness.meter.histogram("h", boundaries: [10])
        histogram.record(1)
        #expect((0..<2).map { Self.values(harness.collect($0), "h") } == [[1], [1]])
        histogram.record(11)
        #expect((0..<3).map { Self.values(harness.collect($0), "h") } == [[1, 11], [11], [1, 11]])
        #expect((0..<3).map { Self.values(harness.collect($0), "h") } == [[1, 11], [], []])
    }

    @Test("of an impossible size are refused", arguments: [0, -1, 1001])
    func impossibleSize(size: Int) {
        #expect(throws: ConfigError.self) {
            try AggregationHarness(views: [Self.view(.simpleFixedSize(size))])
        }
    }
}
