import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Start times")
struct StartTimeTests {
    @Test("of bound instruments are those of their first measurement", .matrix(153))
    func bound() throws {
        let harness = try AggregationHarness()
        let counter = harness.meter.counter("c").bound(["a": 1])
        let histogram = harness.meter.histogram("h").bound(["a": 1])
        let before = OTelTimestamp.now.unixNanoseconds
        counter.add(1)
        histogram.record(1)
        for point in harness.collect().flatMap(\.points) { #expect(point.start >= before) }
    }

    @Test("are before the end where the first measurement came after the collection began, and stay", .matrix(153))
    func duringCollection() throws {
        let readers = [.cumulative, .delta].map { ManualMetricReader(temporality: $0) }
        let harness = try AggregationHarness(readers, exemplarFilter: .alwaysOn)
        let counter = harness.meter.counter("c")
        harness.meter.observableGauge("g") { observer in
            // Not on this thread, on which the SDK works and nothing is recorded.
            onThreads(1) { _ in counter.add(1) }
            observer.observe(1)
        }
        let points = try (0..<3).map { _ in try #require(harness.collect().named("c")?.points.first) }
        #expect(points.allSatisfy { $0.start < $0.time })
        #expect(points.allSatisfy { $0.start == points[0].start })
        #expect(points.allSatisfy { $0.exemplars.allSatisfy { $0.time.unixNanoseconds > points[0].start } })
        #expect(harness.collect(1).flatMap(\.points).allSatisfy { $0.start < $0.time })
    }
}
