import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Cardinality limits")
struct CardinalityTests {
    private static let overflow: OTelAttributes = ["otel.metric.overflow": true]

    @Test(
        "report as many sets as the limit says, and the rest together",
        .matrix(150),
        arguments: [
            (limit: 1, sets: 1, points: 1), (limit: 1, sets: 2, points: 2), (limit: 3, sets: 3, points: 3),
            (limit: 3, sets: 4, points: 4), (limit: 10, sets: 1000, points: 11),
            (limit: 2000, sets: 2000, points: 2000),
            (limit: 2000, sets: 3000, points: 2001),
        ]
    )
    func limit(limit: Int, sets: Int, points: Int) throws {
        let harness = try MetricsHarness(.cumulative, cardinalityLimit: limit)
        let counter = harness.meter().counter("c")
        let histogram = harness.meter().histogram("h")
        for round in 0..<2 {
            for id in 0..<sets {
                counter.add(1, ["id": .int(id)])
                if round == 0 { histogram.record(1, ["id": .int(id)]) }
            }
        }
        let metrics = try harness.collect()
        let numbers = metrics.numbers("c")
        #expect(numbers.count == points)
        #expect(numbers.values.reduce(0) { $0 + $1.asDouble } == Double(sets * 2))
        #expect(numbers[Self.overflow] == (sets > limit ? .int(Int64((sets - limit) * 2)) : nil))
        #expect(numbers[["id": 0]] == .int(2))
        #expect(metrics.histogram("h", Self.overflow)?.count == (sets > limit ? UInt64(sets - limit) : nil))
    }

    @Test("hold for each reader on its own", .matrix(151))
    func perReader() throws {
        let harness = try MetricsHarness([(.cumulative, 5), (.cumulative, 2), (.delta, 2)])
        let counter = harness.meter().counter("c")
        let histogram = harness.meter().histogram("h")
        for id in 0..<8 {
            counter.add(1, ["id": .int(id)])
            histogram.record(id, ["id": .int(id)])
        }
        for (reader, limit) in [(0, 5), (1, 2), (2, 2)] {
            let metrics = try harness.readers[reader].collect()
            #expect(metrics.numbers("c").count == limit + 1)
            #expect(metrics.numbers("c")[Self.overflow] == .int(Int64(8 - limit)))
            let point = try #require(metrics.histogram("h", Self.overflow))
            #expect(point.count == UInt64(8 - limit))
            #expect(point.min == Double(limit))
            #expect(point.max == 7)
            let number = try #require(metrics.named("c")?.numberPoints.last)
            #expect(number.startTime.map { $0 < number.time } == true)
        }
    }

    @Test("are reported once, by name")
    func reportedOnce() throws {
        let harness = try MetricsHarness(.delta, cardinalityLimit: 2)
        let meter = harness.meter("crowded \(UInt64.random(in: 0 ... .max))")
        let counter = meter.counter("c")
        let messages = try DiagnosticsCapture.during(mentioning: meter.scope.name) {
            for _ in 0..<3 {
                for id in 0..<10 { counter.add(1, ["id": .int(id)]) }
                _ = try harness.collect()
            }
        }
        #expect(messages.count == 1)
        #expect(messages.first?.contains("\"c\"") == true)
        #expect(messages.first?.contains("otel.metric.overflow") == true)
    }

    @Test("hold for asynchronous instruments, which prefer what was observed first")
    func observables() throws {
        let harness = try MetricsHarness([(.cumulative, 3), (.delta, 3)])
        harness.meter().observableCounter("c") { observer in
            for id in 0..<10 { observer.observe(id, ["id": .int(id)]) }
        }
        harness.meter().observableGauge("g") { observer in
            for id in 0..<10 { observer.observe(id, ["id": .int(id)]) }
        }
        let metrics = try harness.readers[0].collect()
        #expect(
            metrics.numbers("c") == [
                ["id": 0]: .int(0), ["id": 1]: .int(1), ["id": 2]: .int(2), Self.overflow: .int(42),
            ]
        )
        #expect(metrics.numbers("g")[Self.overflow] == .int(9))
        #expect(try harness.readers[1].collect().numbers("c")[Self.overflow] == .int(42))
        #expect(try harness.readers[1].collect().numbers("c")[Self.overflow] == .int(0))
    }

    @Test("count nothing twice where sets of asynchronous instruments come, go and change places")
    func observedPlaces() throws {
        let harness = try MetricsHarness(.delta, cardinalityLimit: 2)
        let ids = Mutex([0, 1, 2, 3])
        harness.meter().observableCounter("c") { observer in
            for id in ids.withLock({ $0 }) { observer.observe(10, ["id": .int(id)]) }
        }
        let first = try harness.collect().numbers("c")
        #expect(first == [["id": 0]: .int(10), ["id": 1]: .int(10), Self.overflow: .int(20)])
        // Another order, one that shared a point has its own, the shared one covers fewer: nothing was added.
        for present in [[3, 2, 1, 0], [3, 2, 1], [2, 3], [3], [0, 1, 2, 3]] {
            ids.withLock { $0 = present }
            #expect(try harness.collect().numbers("c").values.allSatisfy { $0 == .int(0) })
        }
    }

    @Test("decide for a bound instrument when it is bound")
    func bound() throws {
        let harness = try MetricsHarness(.cumulative, cardinalityLimit: 1)
        let counter = harness.meter().counter("c")
        let first = counter.bound(["id": 0])
        let second = counter.bound(["id": 1])
        first.add(1)
        second.add(2)
        counter.add(4, ["id": 1])
        #expect(try harness.collect().numbers("c") == [["id": 0]: .int(1), Self.overflow: .int(6)])
    }

    @Test("keep memory flat at a million sets on several threads, with exact totals")
    func millionConcurrentSafe() throws {
        let harness = try MetricsHarness(.cumulative, cardinalityLimit: 2000)
        let counter = harness.meter().counter("c")
        for id in 0..<5000 { counter.add(1, ["id": .int(id)]) }
        _ = try harness.collect()
        let before = residentBytes()
        onThreads(4) { index in
            for id in 0..<250_000 { counter.add(1, ["id": .int(index * 250_000 + id)]) }
        }
        let after = residentBytes()
        let numbers = try harness.collect().numbers("c")
        #expect(numbers.count == 2001)
        #expect(numbers.values.reduce(0) { $0 + $1.asDouble } == 1_005_000)
        // A million sets kept would take more than 200 MiB; other tests run at the same time.
        if let before, let after { #expect(after - before < 64 << 20) }
    }
}
