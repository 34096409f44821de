import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Gauges")
struct GaugeTests {
    @Test("keep the last value of each series", .matrix(79, 118))
    func lastValue() throws {
        let harness = try MetricsHarness()
        let gauge = harness.meter().gauge("g")
        let temperature = harness.meter().gauge("t", of: Double.self, unit: "Cel")
        for value in [5, 3, 0] { gauge.record(value, ["a": 1]) }
        temperature.record(21.5)
        temperature.record(-.infinity)
        temperature.record(.nan)
        let metrics = try harness.collect()
        #expect(metrics.numbers("g") == [["a": 1]: .int(0)])
        #expect(metrics.numbers("t") == [[:]: .double(-.infinity)])
        let metric = try #require(metrics.named("t"))
        #expect(metric.kind == .gauge)
        #expect(metric.temporality == nil)
        #expect(metric.numberPoints.first?.startTime != nil)
    }

    @Test("keep the value of the thread that recorded last")
    func lastThread() throws {
        let harness = try MetricsHarness()
        let gauge = harness.meter().gauge("g")
        gauge.record(1)
        onThreads(1) { _ in gauge.record(2) }
        #expect(try harness.collect().numbers("g") == [[:]: .int(2)])
        onThreads(1) { _ in gauge.record(3) }
        gauge.record(4)
        #expect(try harness.collect().numbers("g") == [[:]: .int(4)])
        #expect(try harness.collect().numbers("g") == [[:]: .int(4)])
    }

    @Test("are reported by a delta reader when they were recorded since the last collection")
    func delta() throws {
        let harness = try MetricsHarness(.delta)
        let gauge = harness.meter().gauge("g")
        gauge.record(1, ["a": 1])
        gauge.record(0, ["a": 2])
        #expect(try harness.collect().numbers("g") == [["a": 1]: .int(1), ["a": 2]: .int(0)])
        gauge.record(1, ["a": 1])
        #expect(try harness.collect().numbers("g") == [["a": 1]: .int(1)])
        #expect(try harness.collect().isEmpty)
    }

    @Test("are read whole while a thread records", .matrix(97))
    func wholeValuesConcurrentSafe() throws {
        let harness = try MetricsHarness()
        let gauge = harness.meter().gauge("g", of: Double.self)
        let done = OnceFlag()
        let seen = Mutex<Set<Double>>([])
        onThreads(3) { index in
            guard index > 0 else {
                while !done.isSet {
                    guard let value = try? harness.collect().numbers("g")[[:]]?.asDouble else { continue }
                    seen.withLock { _ = $0.insert(value) }
                }
                return
            }
            for round in 0..<100_000 { gauge.record(round % 2 == 0 ? 1e300 : -1e-300) }
            done.count(until: 2)
        }
        #expect(seen.withLock { $0.isSubset(of: [1e300, -1e-300]) })
        #expect(try harness.collect().numbers("g").count == 1)
    }
}
