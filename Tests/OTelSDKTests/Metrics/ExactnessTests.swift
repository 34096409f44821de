import Foundation
import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Exact totals", .ownThread)
struct ExactnessTests {
    @Test("of a view's limit before the reader's, for all kinds of instruments", .matrix(150, 152))
    func viewLimit() throws {
        let views = [InstrumentView(InstrumentSelector(name: "limited*"), cardinalityLimit: 3)]
        let harness = try AggregationHarness([ManualMetricReader(cardinalityLimit: 5)], views: views)
        let meter = harness.meter
        for (prefix, limit) in [("limited", 3), ("other", 5)] {
            let counter = meter.counter(prefix + ".counter")
            let histogram = meter.histogram(prefix + ".histogram")
            let level = meter.upDownCounter(prefix + ".level")
            meter.observableCounter(prefix + ".observed") { observer in
                for id in 0..<10 { observer.observe(1, ["id": .int(id)]) }
            }
            for id in 0..<10 {
                counter.add(1, ["id": .int(id)])
                histogram.record(1, ["id": .int(id)])
                level.add(1, ["id": .int(id)])
            }
            let metrics = harness.collect().filter { $0.name.hasPrefix(prefix) }
            #expect(metrics.count == 4)
            for metric in metrics {
                let overflow = metric.points.first { $0.attributes == ["otel.metric.overflow": true] }
                #expect(metric.points.count == limit + 1, "\(metric.name)")
                #expect(overflow?.total == Double(10 - limit), "\(metric.name)")
                #expect(metric.points.reduce(0) { $0 + $1.total } == 10, "\(metric.name)")
            }
        }
    }

    @Test("of many concurrent additions", .matrix(97))
    func additionsConcurrentSafe() throws {
        // Set to 25 000 000 for 10^8 in all.
        let count = ProcessInfo.processInfo.environment["ADDITIONS_PER_THREAD"].flatMap(Int.init) ?? 50_000
        let harness = try AggregationHarness(.delta)
        let counter = harness.meter.counter("c")
        let bound = counter.bound(["bound": true])
        let done = OnceFlag()
        let totals = Threads.run(5) { index -> Double in
            guard index > 0 else {
                var total = 0.0
                while !done.isSet { total += harness.collect().flatMap(\.points).reduce(0) { $0 + $1.total } }
                return total
            }
            for round in 0..<count {
                if round % 2 == 0 { bound.add(1) } else { counter.add(1, "thread", index) }
            }
            done.count(until: 4)
            return 0
        }
        let rest = harness.collect().flatMap(\.points).reduce(0) { $0 + $1.total }
        #expect(totals[0] + rest == Double(4 * count))
    }
}
