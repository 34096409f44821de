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
}
