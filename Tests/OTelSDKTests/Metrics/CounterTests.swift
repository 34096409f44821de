import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Counters and up-down counters")
struct CounterTests {
    @Test("sum by attributes whatever their order", .matrix(75, 117, 124))
    func sumsByAttributes() throws {
        let harness = try MetricsHarness()
        let orders = harness.meter().counter("orders")
        orders.add(1, ["sku": "abc", "n": 1])
        orders.add(2, ["n": 1, "sku": "abc"])
        orders.add(4, ["sku": "xyz"])
        orders.add(8)
        orders.add(16, [:])
        let metrics = try harness.collect()
        #expect(
            metrics.numbers("orders") == [["sku": "abc", "n": 1]: .int(3), ["sku": "xyz"]: .int(4), [:]: .int(24)]
        )
        let metric = try #require(metrics.named("orders"))
        #expect(metric.kind == .sum)
        #expect(metric.isMonotonic)
        #expect(metric.temporality == .cumulative)
    }

    @Test("take floating-point values")
    func sumsDoubles() throws {
        let harness = try MetricsHarness()
        let revenue = harness.meter().counter("revenue", of: Double.self)
        revenue.add(0.5)
        revenue.add(12.25)
        revenue.add(1, ["currency": "CNY"])
        #expect(try harness.collect().numbers("revenue") == [[:]: .double(12.75), ["currency": "CNY"]: .double(1)])
    }

    @Test("go up and down when they are up-down counters", .matrix(80))
    func upDown() throws {
        let harness = try MetricsHarness()
        let queue = harness.meter().upDownCounter("queue")
        let level = harness.meter().upDownCounter("level", of: Double.self)
        for value in [3, -5, 1] {
            queue.add(value)
            level.add(Double(value) / 2)
        }
        let metrics = try harness.collect()
        #expect(metrics.numbers("queue") == [[:]: .int(-1)])
        #expect(metrics.numbers("level") == [[:]: .double(-0.5)])
        #expect(metrics.named("queue")?.isMonotonic == false)
    }

    @Test(
        "tell values apart by type, and report each once",
        arguments: [
            ["k": "1"], ["k": 1], ["k": 1.0], ["k": true], ["k": ["1"]], ["k": [1]], ["k": ["1": 1]], ["k": nil],
            ["k": .bytes([1])], ["k": ""], ["k": .bytes([])], ["k": []], ["k": .map([:])], ["k": [[], []]],
            ["k": "abcd"], ["k": "abcdefgh"], ["k": "abcdefghi, and more than sixteen bytes"], ["kk": "1"],
        ] as [OTelAttributes]
    )
    func valueTypes(attributes: OTelAttributes) throws {
        let harness = try MetricsHarness()
        let counter = harness.meter().counter("c")
        let others: [OTelAttributes] = [["k": "2"], ["k": 2], ["k": false], ["k": ["2"]], ["j": "1"], [:]]
        for other in others { counter.add(1, other) }
        counter.add(5, attributes)
        counter.add(6, attributes)
        let numbers = try harness.collect().numbers("c")
        #expect(numbers[attributes] == .int(11))
        #expect(numbers.count == others.count + 1)
    }

    @Test("ignore attributes without a key, and the order inside maps")
    func canonicalAttributes() throws {
        let harness = try MetricsHarness()
        let counter = harness.meter().counter("c")
        counter.add(1, ["": 1, "m": ["a": 1, "b": [2, ["c": 3, "d": 4]]]])
        counter.add(1, ["m": ["b": [2, ["d": 4, "c": 3]], "a": 1]])
        #expect(try harness.collect().numbers("c") == [["m": ["a": 1, "b": [2, ["c": 3, "d": 4]]]]: .int(2)])
    }

    @Test("ignore what would falsify them, and say so once")
    func refusesBadValues() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter("refusals \(UInt64.random(in: 0 ... .max))")
        let ints = meter.counter("ints")
        let doubles = meter.counter("doubles", of: Double.self)
        let levels = meter.upDownCounter("levels", of: Double.self)
        ints.add(2)
        ints.add(-1)
        ints.bound([:]).add(-1)
        for value in [1.5, -1, .nan, .infinity, -.infinity] {
            doubles.add(value)
            doubles.bound([:]).add(value)
            levels.add(value)
        }
        let messages = try DiagnosticsCapture.during(mentioning: meter.scope.name) {
            for _ in 0..<2 {
                let metrics = try harness.collect()
                #expect(metrics.numbers("ints") == [[:]: .int(2)])
                #expect(metrics.numbers("doubles") == [[:]: .double(3)])
                #expect(metrics.numbers("levels") == [[:]: .double(0.5)])
            }
        }
        #expect(messages.filter { $0.contains("negative") }.count == 2)
        #expect(messages.filter { $0.contains("NaN") }.count == 2)
    }

    @Test("never trap on overflow: a counter stops at its greatest value, an up-down counter comes back")
    func overflow() throws {
        let harness = try MetricsHarness()
        let counter = harness.meter().counter("c")
        let level = harness.meter().upDownCounter("l")
        let huge = harness.meter().counter("d", of: Double.self)
        for _ in 0..<2 {
            counter.add(.max)
            level.add(.max)
            huge.add(.greatestFiniteMagnitude)
        }
        level.add(-.max)
        let metrics = try harness.collect()
        #expect(metrics.numbers("c") == [[:]: .int(.max)])
        #expect(metrics.numbers("l") == [[:]: .int(.max)])
        #expect(metrics.numbers("d") == [[:]: .double(.greatestFiniteMagnitude)])
        counter.add(1)
        #expect(try harness.collect().numbers("c") == [[:]: .int(.max)])
    }

    @Test("have a point when nothing but zero was added, none when nothing was")
    func zeros() throws {
        let harness = try MetricsHarness()
        harness.meter().counter("zero").add(0, ["a": 1])
        let bound = harness.meter().counter("bound").bound(["a": 1])
        #expect(try harness.collect().map(\.name) == ["zero"])
        bound.add(0)
        #expect(try harness.collect().map(\.name) == ["zero", "bound"])
    }

    @Test("record the same through a bound form", .matrix(94))
    func bound() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter()
        let counter = meter.counter("c")
        let bound = counter.bound(["a": 1])
        bound.add(1)
        counter.add(2, ["a": 1])
        counter.bound(["a": 1]).add(4)
        meter.upDownCounter("u", of: Double.self).bound(["a": 1]).add(-0.5)
        meter.gauge("g").bound(["a": 1]).record(7)
        meter.histogram("h").bound(["a": 1]).record(7)
        let metrics = try harness.collect()
        #expect(metrics.numbers("c") == [["a": 1]: .int(7)])
        #expect(metrics.numbers("u") == [["a": 1]: .double(-0.5)])
        #expect(metrics.numbers("g") == [["a": 1]: .int(7)])
        #expect(metrics.histogram("h", ["a": 1])?.sum == 7)
    }

    @Test("add up exactly over several threads", .matrix(97))
    func totalsConcurrentSafe() throws {
        let harness = try MetricsHarness(.cumulative)
        let counter = harness.meter().counter("c")
        let doubles = harness.meter().counter("d", of: Double.self)
        let bound = counter.bound(["thread": "all"])
        let collecting = OnceFlag()
        onThreads(5) { index in
            guard index > 0 else {
                while !collecting.isSet { _ = try? harness.collect() }
                return
            }
            for round in 0..<20_000 {
                counter.add(1, ["thread": .int(index), "round": .int(round % 7)])
                doubles.add(0.5)
                bound.add(1)
            }
            collecting.count(until: 4)
        }
        let metrics = try harness.collect()
        let numbers = metrics.numbers("c")
        #expect(numbers[["thread": "all"]] == .int(80_000))
        #expect(numbers.count == 29)
        #expect(numbers.filter { $0.key["thread"] != "all" }.values.reduce(0) { $0 + $1.asDouble } == 80_000)
        #expect(metrics.numbers("d") == [[:]: .double(40_000)])
    }

    @Test("keep what threads recorded that have ended")
    func threadExitConcurrentSafe() throws {
        let harness = try MetricsHarness()
        let counter = harness.meter().counter("c")
        let gauge = harness.meter().gauge("g")
        let histogram = harness.meter().histogram("h")
        for round in 1...50 {
            onThreads(2) { _ in
                counter.add(1, ["a": "b"])
                histogram.record(1)
            }
            onThreads(1) { _ in gauge.record(round) }
            if round % 10 == 0 { _ = try harness.collect() }
        }
        let metrics = try harness.collect()
        #expect(metrics.numbers("c") == [["a": "b"]: .int(100)])
        #expect(metrics.numbers("g") == [[:]: .int(50)])
        #expect(metrics.histogram("h")?.count == 100)
    }
}
