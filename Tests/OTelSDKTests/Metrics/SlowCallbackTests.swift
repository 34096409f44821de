import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire
import Synchronization
import TestSupport
import Testing

@Suite("Callbacks that take their time", .ownThread)
struct SlowCallbackTests {
    /// A callback that comes back when it is told to.
    private final class Gate: Sendable {
        private let isOpen = Mutex(false)
        private let entries = Mutex(0)

        var entered: Int { self.entries.withLock { $0 } }

        func open() { self.isOpen.withLock { $0 = true } }

        func pass() {
            self.entries.withLock { $0 += 1 }
            _ = Threads.wait(upTo: .seconds(60)) { self.isOpen.withLock { $0 } }
        }
    }

    @Test("leave the collection in time and incomplete; they are not run again until they come back")
    func hang() throws {
        let telemetry = try ManualTelemetry()
        let gate = Gate()
        telemetry.meter.counter("sync").add(1)
        telemetry.meter.observableGauge("slow") { observer in
            gate.pass()
            observer.observe(1)
        }
        let start = ContinuousClock().now
        let first = telemetry.readers[0].collect(timeout: .seconds(2))
        #expect(ContinuousClock().now - start < .seconds(8))
        #expect(first.metrics.map(\.name) == ["sync"])
        #expect(!first.isComplete)
        #expect(first.problems.count == 1)
        let second = telemetry.readers[0].collect(timeout: .seconds(2))
        #expect(second.metrics.map(\.name) == ["sync"])
        #expect(!second.isComplete)
        #expect(second.problems.first?.contains("earlier collection") == true)
        #expect(gate.entered == 1)
        gate.open()
        // What the late callback observed is of no collection; the next ones are whole again.
        #expect(
            Threads.wait {
                let collection = telemetry.readers[0].collect()
                return collection.isComplete && collection.metrics.numbers("slow") == [[:]: .int(1)]
            }
        )
        #expect(gate.entered >= 2)
    }

    @Test("cost what they observe, and for once what those after them would have")
    func others() throws {
        let telemetry = try ManualTelemetry()
        let gate = Gate()
        let calls = Mutex<[String]>([])
        let observe: @Sendable (String) -> OTelObservableCallback<Int> = { name in
            { observer in
                calls.withLock { $0.append(name) }
                if name == "slow" { gate.pass() }
                observer.observe(1)
            }
        }
        let before = telemetry.meter.observableGauge("before", callback: observe("before"))
        let slow = telemetry.meter.observableGauge("slow", callback: observe("slow"))
        telemetry.meter.observableGauge("after", callback: observe("after"))
        telemetry.meter.registerCallback(for: [before, slow]) { observer in
            calls.withLock { $0.append("shared") }
            observer.observe(before, 2, ["shared": true])
            observer.observe(slow, 2, ["shared": true])
        }
        #expect(telemetry.readers[0].collect(timeout: .seconds(2)).metrics.map(\.name) == ["before"])
        #expect(calls.withLock { $0 } == ["before", "slow"])
        // An instrument that a late callback is at work for is observed by no other meanwhile.
        let second = telemetry.readers[0].collect()
        #expect(second.metrics.map(\.name) == ["before", "after"])
        #expect(second.metrics.numbers("before") == [[:]: .int(1)])
        #expect(second.problems.count == 2 && !second.isComplete)
        #expect(calls.withLock { $0 } == ["before", "slow", "before", "after"])
        gate.open()
        #expect(Threads.wait { telemetry.readers[0].collect().isComplete })
        let metrics = telemetry.collect()
        #expect(metrics.map(\.name) == ["before", "slow", "after"])
        #expect(metrics.numbers("before") == [[:]: .int(1), ["shared": true]: .int(2)])
    }

    @Test("hold up no other reader")
    func otherReader() throws {
        let telemetry = try ManualTelemetry([ManualMetricReader(), ManualMetricReader()])
        let gate = Gate()
        telemetry.meter.counter("sync").add(1)
        telemetry.meter.observableGauge("slow") { observer in
            if gate.entered == 0 { gate.pass() }
            observer.observe(1)
        }
        let results = Threads.run(2) { index in
            if index == 0 { return telemetry.readers[0].collect(timeout: .seconds(60)) }
            _ = Threads.wait { gate.entered == 1 }
            defer { gate.open() }
            return telemetry.readers[1].collect()
        }
        #expect(results.allSatisfy { $0.isComplete && $0.metrics.map(\.name) == ["sync", "slow"] })
    }

    @Test("make a second collection of the same reader wait its turn, for no longer than it may")
    func turns() throws {
        let telemetry = try ManualTelemetry()
        let gate = Gate()
        telemetry.meter.observableGauge("slow") { observer in
            gate.pass()
            observer.observe(1)
        }
        let results = Threads.run(2) { index in
            if index == 0 { return telemetry.readers[0].collect(timeout: .seconds(60)) }
            _ = Threads.wait { gate.entered == 1 }
            defer { gate.open() }
            return telemetry.readers[0].collect(timeout: .seconds(1))
        }
        #expect(results[0].isComplete && results[0].metrics.map(\.name) == ["slow"])
        #expect(!results[1].isComplete && results[1].metrics.isEmpty)
        #expect(results[1].problems == ["an earlier collection is still running"])
    }

    @Test("hold up neither flush nor shutdown beyond the time that these have")
    func shutdown() throws {
        let exporter = InMemoryMetricExporter()
        let telemetry = try Telemetry(
            Config(
                serviceName: "test",
                sinks: [MetricSink(.inMemory(exporter), interval: .seconds(3600))],
                exitTimeout: .zero
            )
        )
        let gate = Gate()
        defer { gate.open() }
        let meter = telemetry.meter("m")
        meter.counter("sync").add(1)
        meter.observableGauge("slow") { observer in
            gate.pass()
            observer.observe(1)
        }
        let start = ContinuousClock().now
        telemetry.flushBlocking(timeout: .seconds(2))
        meter.counter("sync").add(1)
        telemetry.shutdownBlocking(timeout: .seconds(2))
        #expect(ContinuousClock().now - start < .seconds(12))
        // What needs no callback was delivered all the same.
        #expect(exporter.metrics.map(\.name) == ["sync", "sync"])
        #expect(exporter.metrics.last?.numberPoints.map(\.value) == [.int(2)])
        #expect(gate.entered == 1)
    }

    @Test(
        "of a scheduled collection leave a shutdown that comes meanwhile half of its time",
        arguments: [.zero, Duration.seconds(120)]
    )
    func scheduled(exportTimeout: Duration) throws {
        let exporter = InMemoryMetricExporter()
        let telemetry = try Telemetry(
            Config(
                serviceName: "test",
                sinks: [
                    MetricSink(.inMemory(exporter), interval: .milliseconds(100), exportTimeout: exportTimeout)
                ],
                exitTimeout: .zero
            )
        )
        let gate = Gate()
        defer { gate.open() }
        let meter = telemetry.meter("m")
        meter.observableGauge("slow") { observer in
            gate.pass()
            observer.observe(1)
        }
        #expect(Threads.wait { gate.entered == 1 })
        meter.counter("sync").add(1)
        let start = ContinuousClock().now
        #expect(!telemetry.shutdownBlocking(timeout: .seconds(4)).isInTime)
        #expect(ContinuousClock().now - start < .seconds(4))
        #expect(exporter.metrics.last?.numberPoints.map(\.value) == [.int(1)])
    }

    @Test("in a filter leave other readers without metrics, but not without an answer")
    func filter() throws {
        let gate = Gate()
        let readers = [ManualMetricReader(filter: SlowFilter { gate.pass() }), ManualMetricReader()]
        let telemetry = try ManualTelemetry(readers)
        telemetry.meter.counter("sync").add(1)
        let results = Threads.run(2) { index in
            if index == 0 { return telemetry.readers[0].collect() }
            _ = Threads.wait { gate.entered == 1 }
            defer { gate.open() }
            return telemetry.readers[1].collect(timeout: .seconds(1))
        }
        #expect(results[0].isComplete && results[0].metrics.map(\.name) == ["sync"])
        #expect(!results[1].isComplete && results[1].metrics.isEmpty)
        #expect(results[1].problems == ["another reader's collection took all the time"])
        #expect(telemetry.collect(1).map(\.name) == ["sync"])
    }

    private struct SlowFilter: MetricFilter {
        let wait: @Sendable () -> Void

        func testMetric(scope: OTelScope, name: String, kind: MetricView.Kind, unit: String) -> MetricFilterResult {
            .acceptPartial
        }

        func testAttributes(
            scope: OTelScope,
            name: String,
            kind: MetricView.Kind,
            unit: String,
            attributes: OTelAttributes
        ) -> AttributesFilterResult {
            self.wait()
            return .accept
        }
    }
}
