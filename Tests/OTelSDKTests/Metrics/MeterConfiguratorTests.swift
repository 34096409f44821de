import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Which meters measure")
struct MeterConfiguratorTests {
    @Test(
        "is decided by their scopes",
        .matrix(102),
        arguments: [
            (.enablingAll, ["db.mysql", "db.redis", "http"]),
            (.disabling("db.*"), ["http"]),
            (.enablingOnly("db.?????"), ["db.mysql", "db.redis"]),
            (MeterConfigurator { $0.version == "2" ? MeterConfig(isEnabled: false) : nil }, ["db.mysql", "http"]),
        ] as [(MeterConfigurator, [String])]
    )
    func scopes(configurator: MeterConfigurator, enabled: [String]) throws {
        let telemetry = try ManualTelemetry { $0.meterConfigurator = configurator }
        for (name, version) in [("db.mysql", "1"), ("db.redis", "2"), ("http", "3")] {
            let counter = telemetry.telemetry.meter(name, version: version).counter("c")
            #expect(counter.isEnabled == enabled.contains(name))
            counter.add(1)
            counter.add(1, "short", 1)
            counter.bound(["a": 1]).add(1)
        }
        let metrics = telemetry.collect()
        #expect(metrics.map(\.scope.name) == enabled)
        #expect(metrics.allSatisfy { $0.numberPoints.count == 3 })
    }

    @Test(
        "may change at any time, for instruments taken before and after",
        .matrix(103, 104),
        arguments: OTelInstrumentKind.allCases.filter { !$0.isObservable }
    )
    func changes(kind: OTelInstrumentKind) throws {
        let telemetry = try ManualTelemetry([
            ManualMetricReader(temporality: .delta(of: Set(OTelInstrumentKind.allCases)))
        ])
        let record = Self.recorder(kind, telemetry.meter)
        record(1)
        #expect(telemetry.collect().count == 1)
        telemetry.telemetry.configureMeters(.disabling("*"))
        record(2)
        let second = Self.recorder(kind, telemetry.meter, "second")
        second(2)
        #expect(telemetry.collect().isEmpty)
        telemetry.telemetry.configureMeters(.enablingOnly(telemetry.meter.scope.name))
        record(4)
        second(4)
        let metrics = telemetry.collect()
        #expect(metrics.map(\.name) == ["first", "second"])
        for metric in metrics {
            let values = metric.numberPoints.map(\.value.asDouble) + metric.histogramPoints.compactMap(\.sum)
            // One without attributes, one by the short form, one bound.
            #expect(values == [4, 4, 4])
        }
    }

    /// Records a value in all three ways.
    private static func recorder(
        _ kind: OTelInstrumentKind,
        _ meter: OTelMeter,
        _ name: String = "first"
    ) -> (Int) -> Void {
        switch kind {
        case .counter:
            let (plain, bound) = (meter.counter(name), meter.counter(name).bound(["b": 1]))
            return { value in
                plain.add(value)
                plain.add(value, "a", 1)
                bound.add(value)
            }
        case .upDownCounter:
            let (plain, bound) = (meter.upDownCounter(name), meter.upDownCounter(name).bound(["b": 1]))
            return { value in
                plain.add(value)
                plain.add(value, "a", 1)
                bound.add(value)
            }
        case .histogram:
            let (plain, bound) = (meter.histogram(name), meter.histogram(name).bound(["b": 1]))
            return { value in
                plain.record(value)
                plain.record(value, "a", 1)
                bound.record(value)
            }
        case .gauge, .observableCounter, .observableUpDownCounter, .observableGauge:
            let (plain, bound) = (meter.gauge(name), meter.gauge(name).bound(["b": 1]))
            return { value in
                plain.record(value)
                plain.record(value, "a", 1)
                bound.record(value)
            }
        }
    }

    @Test("keeps callbacks from running where it is off", .matrix(103, 104))
    func callbacks() throws {
        let telemetry = try ManualTelemetry { $0.meterConfigurator = .disabling("*") }
        let calls = Mutex(0)
        let gauge = telemetry.meter.observableGauge("g") { observer in
            calls.withLock { $0 += 1 }
            observer.observe(1)
        }
        telemetry.meter.registerCallback(for: [gauge]) { observer in
            calls.withLock { $0 += 1 }
            observer.observe(gauge, 2, ["multi": true])
        }
        #expect(telemetry.collect().isEmpty)
        #expect(calls.withLock { $0 } == 0)
        telemetry.telemetry.configureMeters(.enablingAll)
        #expect(telemetry.collect().numbers("g").count == 2)
        #expect(calls.withLock { $0 } == 2)
        telemetry.telemetry.configureMeters(.disabling("*"))
        #expect(telemetry.collect().isEmpty)
        #expect(calls.withLock { $0 } == 2)
    }

    @Test("leaves what was measured before in the reports", .matrix(103))
    func before() throws {
        let telemetry = try ManualTelemetry()
        let counter = telemetry.meter.counter("c")
        counter.add(1)
        telemetry.telemetry.configureMeters(.disabling("*"))
        counter.add(2)
        for _ in 0..<2 { #expect(telemetry.collect().numbers("c") == [[:]: .int(1)]) }
        telemetry.telemetry.configureMeters(.enablingAll)
        counter.add(4)
        #expect(telemetry.collect().numbers("c") == [[:]: .int(5)])
    }
}
