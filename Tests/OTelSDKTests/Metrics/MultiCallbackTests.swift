import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Callbacks for several instruments")
struct MultiCallbackTests {
    private struct Failure: Error {}

    @Test("run once for each collection of each reader, and observe all of their instruments")
    func once() throws {
        let telemetry = try ManualTelemetry([ManualMetricReader(), ManualMetricReader(temporality: .delta)])
        let hits = telemetry.meter.observableCounter("hits")
        let ratio = telemetry.meter.observableGauge("ratio", of: Double.self)
        let size = telemetry.meter.observableUpDownCounter("size") { $0.observe(7, ["own": true]) }
        let calls = Mutex(0)
        telemetry.meter.registerCallback(for: [hits, ratio, size]) { observer in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            observer.observe(hits, call * 10)
            observer.observe(ratio, 0.5, ["of": "hits"])
            observer.observe(ratio, 0.25, ["of": "misses"])
            observer.observe(size, 1)
        }
        for (reader, hits) in [(0, 10), (1, 20), (0, 30), (1, 20)] {
            let metrics = telemetry.collect(reader)
            #expect(metrics.numbers("hits") == [[:]: .int(Int64(hits))])
            #expect(metrics.numbers("ratio") == [["of": "hits"]: .double(0.5), ["of": "misses"]: .double(0.25)])
            #expect(metrics.numbers("size") == [["own": true]: .int(7), [:]: .int(1)])
        }
        #expect(calls.withLock { $0 } == 4)
    }

    @Test("observe nothing but what they were registered for")
    func undeclared() throws {
        let telemetry = try ManualTelemetry()
        let declared = telemetry.meter.observableGauge("declared")
        let other = telemetry.meter.observableGauge("other")
        telemetry.meter.registerCallback(for: [declared]) { observer in
            observer.observe(declared, 1)
            observer.observe(other, 2)
        }
        #expect(telemetry.collect().map(\.name) == ["declared"])
    }

    @Test("leave instruments of other meters out, with a warning")
    func foreign() throws {
        let telemetry = try ManualTelemetry()
        let own = telemetry.meter.observableGauge("own")
        let foreign = telemetry.telemetry.meter("other").observableGauge("foreign")
        let messages = telemetry.messages {
            telemetry.meter.registerCallback(for: [own, foreign]) { observer in
                observer.observe(own, 1)
                observer.observe(foreign, 2)
            }
        }
        #expect(messages.count == 1)
        #expect(messages.first?.contains("\"own\"") == true)
        #expect(messages.first?.contains("1 of other meters") == true)
        #expect(telemetry.collect().map(\.name) == ["own"])
        let onlyForeign = telemetry.messages { telemetry.meter.registerCallback(for: [foreign]) { _ in } }
        #expect(onlyForeign.contains { $0.contains("no instrument") })
    }

    @Test("know an instrument by every handle of its meter")
    func sameScope() throws {
        let telemetry = try ManualTelemetry()
        let gauge = telemetry.telemetry.meter(telemetry.meter.scope.name).observableGauge("g")
        telemetry.telemetry.meter(telemetry.meter.scope.name).registerCallback(for: [gauge]) { $0.observe(gauge, 1) }
        #expect(telemetry.collect().numbers("g") == [[:]: .int(1)])
    }

    @Test("end when they are removed, and let go of what they captured")
    func removal() throws {
        final class Captured: Sendable {}
        let telemetry = try ManualTelemetry()
        let gauge = telemetry.meter.observableGauge("g")
        var captured: Captured? = Captured()
        weak let observed = captured
        let registration = telemetry.meter.registerCallback(for: [gauge]) { [captured] observer in
            withExtendedLifetime(captured) { observer.observe(gauge, 1) }
        }
        captured = nil
        #expect(observed != nil)
        #expect(telemetry.collect().count == 1)
        registration.remove()
        registration.remove()
        #expect(observed == nil)
        #expect(telemetry.collect().isEmpty)
    }

    @Test("may remove themselves")
    func selfRemoval() throws {
        let telemetry = try ManualTelemetry()
        let gauge = telemetry.meter.observableGauge("g")
        let registration = Mutex<OTelCallbackRegistration?>(nil)
        let made = telemetry.meter.registerCallback(for: [gauge]) { observer in
            observer.observe(gauge, 1)
            registration.withLock { $0 }?.remove()
        }
        registration.withLock { $0 = made }
        #expect(telemetry.collect().numbers("g") == [[:]: .int(1)])
        #expect(telemetry.collect().isEmpty)
    }

    @Test("don't run where none of their instruments is wanted, and observe only those that are")
    func dropped() throws {
        let views = [InstrumentView(InstrumentSelector(name: "dropped*"), aggregation: .drop)]
        let telemetry = try ManualTelemetry(views: views)
        let dropped = [telemetry.meter.observableGauge("dropped 1"), telemetry.meter.observableGauge("dropped 2")]
        let kept = telemetry.meter.observableGauge("kept")
        let calls = Mutex<[String]>([])
        telemetry.meter.registerCallback(for: dropped) { observer in
            calls.withLock { $0.append("all dropped") }
            observer.observe(dropped[0], 1)
        }
        telemetry.meter.registerCallback(for: dropped + [kept]) { observer in
            calls.withLock { $0.append("some dropped") }
            observer.observe(dropped[1], 1)
            observer.observe(kept, 2)
        }
        telemetry.meter.registerCallback(for: []) { _ in calls.withLock { $0.append("none") } }
        let metrics = telemetry.collect()
        #expect(metrics.map(\.name) == ["kept"])
        #expect(metrics.numbers("kept") == [[:]: .int(2)])
        #expect(calls.withLock { $0 } == ["some dropped"])
    }

    @Test("that throw are reported by the names of their instruments; what they had observed counts")
    func failure() throws {
        let telemetry = try ManualTelemetry()
        let first = telemetry.meter.observableGauge("first")
        let second = telemetry.meter.observableGauge("second")
        telemetry.meter.registerCallback(for: [first, second]) { observer in
            observer.observe(first, 1)
            throw Failure()
        }
        telemetry.meter.registerCallback(for: [second]) { $0.observe(second, 2) }
        let collection = telemetry.readers[0].collect()
        #expect(collection.metrics.map(\.name) == ["first", "second"])
        #expect(!collection.isComplete)
        #expect(collection.problems.count == 1)
        #expect(collection.problems.first?.contains("\"first\", \"second\"") == true)
        #expect(collection.problems.first?.contains("Failure") == true)
    }

    @Test("registered before there is an SDK run with the one that comes")
    func lateBinding() throws {
        let meter = OTelMeter(OTelScope("late"))
        let gauge = meter.observableGauge("g")
        meter.registerCallback(for: [gauge]) { $0.observe(gauge, 1) }
        meter.registerCallback(for: [gauge]) { $0.observe(gauge, 2, ["removed": true]) }.remove()
        let harness = try MetricsHarness()
        meter.bind(harness.provider.meterBackend(meter.scope))
        #expect(try harness.collect().numbers("g") == [[:]: .int(1)])
    }
}
