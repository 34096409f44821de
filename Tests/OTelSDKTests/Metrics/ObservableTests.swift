import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Asynchronous instruments")
struct ObservableTests {
    private struct Failure: Error {}

    @Test("report what their callbacks observe", .matrix(76, 78, 81))
    func kinds() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter()
        meter.observableCounter("counter", unit: "s", description: "d") { $0.observe(3, ["a": 1]) }
        meter.observableUpDownCounter("level", of: Double.self) { $0.observe(-1.5) }
        meter.observableGauge("gauge", of: Double.self) { observer in
            observer.observe(1, ["cpu": 0])
            observer.observe(0, ["cpu": 1])
        }
        let metrics = try harness.collect()
        #expect(metrics.numbers("counter") == [["a": 1]: .int(3)])
        #expect(metrics.numbers("level") == [[:]: .double(-1.5)])
        #expect(metrics.numbers("gauge") == [["cpu": 0]: .double(1), ["cpu": 1]: .double(0)])
        let counter = try #require(metrics.named("counter"))
        #expect(counter.kind == .sum && counter.isMonotonic && counter.temporality == .cumulative)
        #expect(counter.unit == "s" && counter.description == "d")
        #expect(metrics.named("level")?.isMonotonic == false)
        #expect(metrics.named("gauge")?.kind == .gauge)
    }

    @Test("run each callback once for each collection of each reader")
    func callsOnce() throws {
        let harness = try MetricsHarness([(.cumulative, 2000), (.delta, 2000)])
        let calls = Mutex(0)
        let instrument = harness.meter().observableGauge("g") { observer in
            observer.observe(
                calls.withLock {
                    $0 += 1; return $0
                }
            )
        }
        #expect(calls.withLock { $0 } == 0)
        #expect(try harness.readers[0].collect().numbers("g") == [[:]: .int(1)])
        #expect(try harness.readers[1].collect().numbers("g") == [[:]: .int(2)])
        #expect(try harness.readers[0].collect().numbers("g") == [[:]: .int(3)])
        withExtendedLifetime(instrument) {}
    }

    @Test("take further callbacks, until they are removed")
    func registration() throws {
        let harness = try MetricsHarness()
        let gauge = harness.meter().observableGauge("g") { $0.observe(1, ["from": "creation"]) }
        let registration = gauge.register { $0.observe(2, ["from": "registration"]) }
        // Asking again for the same instrument adds a callback to the same handle.
        #expect(harness.meter().observableGauge("g") !== gauge)
        #expect(try harness.collect().numbers("g").count == 2)
        registration.remove()
        registration.remove()
        #expect(try harness.collect().numbers("g") == [["from": "creation"]: .int(1)])
    }

    @Test("take the last observation of a set of attributes, and forget sets that are not observed")
    func lastObservation() throws {
        let harness = try MetricsHarness()
        let present = Mutex<[Int]>([1, 2])
        harness.meter().observableUpDownCounter("n") { observer in
            for id in present.withLock({ $0 }) {
                observer.observe(99, ["id": .int(id)])
                observer.observe(id, ["id": .int(id)])
            }
        }
        #expect(try harness.collect().numbers("n") == [["id": 1]: .int(1), ["id": 2]: .int(2)])
        present.withLock { $0 = [2] }
        #expect(try harness.collect().numbers("n") == [["id": 2]: .int(2)])
        present.withLock { $0 = [] }
        #expect(try harness.collect().isEmpty)
    }

    @Test(
        "turn totals into differences for delta readers",
        arguments: [
            (kind: OTelInstrumentKind.observableCounter, totals: [5, 7, 7, 20], points: [5, 2, 0, 13]),
            // A total that falls has started over.
            (kind: .observableCounter, totals: [5, 3, 4], points: [5, 3, 1]),
            // The presets keep up-down counters cumulative.
            (kind: .observableUpDownCounter, totals: [5, 3, 4], points: [5, 3, 4]),
            (kind: .observableGauge, totals: [5, 3, 3], points: [5, 3, 3]),
        ]
    )
    func differences(kind: OTelInstrumentKind, totals: [Int], points: [Int]) throws {
        let harness = try MetricsHarness(.delta)
        let total = Mutex(0)
        let callback: OTelObservableCallback<Int> = { $0.observe(total.withLock { $0 }) }
        let doubles: OTelObservableCallback<Double> = { $0.observe(Double(total.withLock { $0 })) }
        let meter = harness.meter()
        switch kind {
        case .observableCounter:
            meter.observableCounter("i", callback: callback)
            meter.observableCounter("d", of: Double.self, callback: doubles)
        case .observableUpDownCounter:
            meter.observableUpDownCounter("i", callback: callback)
            meter.observableUpDownCounter("d", of: Double.self, callback: doubles)
        default:
            meter.observableGauge("i", callback: callback)
            meter.observableGauge("d", of: Double.self, callback: doubles)
        }
        for (value, expected) in zip(totals, points) {
            total.withLock { $0 = value }
            let metrics = try harness.collect()
            #expect(metrics.numbers("i") == [[:]: .int(Int64(expected))])
            #expect(metrics.numbers("d") == [[:]: .double(Double(expected))])
        }
    }

    @Test("count nothing twice when a set comes back after an interval without it")
    func comeback() throws {
        let harness = try MetricsHarness(.delta)
        let total = Mutex<Int?>(10)
        harness.meter().observableCounter("c") { observer in
            if let value = total.withLock({ $0 }) { observer.observe(value) }
        }
        #expect(try harness.collect().numbers("c") == [[:]: .int(10)])
        total.withLock { $0 = nil }
        #expect(try harness.collect().isEmpty)
        total.withLock { $0 = 12 }
        #expect(try harness.collect().numbers("c") == [[:]: .int(2)])
    }

    @Test("survive callbacks that throw or observe nonsense")
    func failures() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter("failing \(UInt64.random(in: 0 ... .max))")
        let sum = meter.observableCounter("sum", of: Double.self) { observer in
            observer.observe(1)
            throw Failure()
        }
        sum.register { observer in
            observer.observe(.nan, ["a": 1])
            observer.observe(.infinity, ["a": 2])
            observer.observe(2, ["a": 3])
        }
        let messages = try DiagnosticsCapture.during(mentioning: meter.scope.name) {
            for _ in 0..<2 {
                let numbers = try harness.collect().numbers("sum")
                #expect(numbers == [[:]: .double(1), ["a": 3]: .double(2)])
            }
        }
        #expect(messages.contains { $0.contains("Failure") })
        #expect(messages.filter { $0.contains("NaN") }.count == 1)
    }

    @Test("bind to the SDK that comes later")
    func lateBinding() throws {
        let meter = OTelMeter(OTelScope("late"))
        let gauge = meter.observableGauge("g") { $0.observe(1) }
        let removed = gauge.register { $0.observe(2, ["a": 1]) }
        removed.remove()
        let harness = try MetricsHarness()
        meter.bind(harness.provider.meterBackend(meter.scope))
        gauge.register { $0.observe(3, ["a": 2]) }
        #expect(try harness.collect().numbers("g") == [[:]: .int(1), ["a": 2]: .int(3)])
    }

    @Test("may use the meter from a callback")
    func reentrance() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter()
        let nested = Mutex<OTelCallbackRegistration?>(nil)
        let gauge = meter.observableGauge("g")
        gauge.register { [unowned gauge] observer in
            observer.observe(1)
            meter.counter("inner").add(1)
            let registration = gauge.register { $0.observe(2, ["nested": true]) }
            nested.withLock { old in
                old?.remove()
                old = registration
            }
        }
        #expect(try harness.collect().numbers("g") == [[:]: .int(1)])
        // Registered in the last collection, removed in this one, which had begun by then.
        #expect(try harness.collect().numbers("g") == [[:]: .int(1), ["nested": true]: .int(2)])
    }
}
