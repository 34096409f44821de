import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

/// Each test runs in a process of its own: there is one global telemetry a process.
@Suite("The global meter provider", .serialized)
struct GlobalMeterTests {
    @Test("gives meters before and after it is set, the same one for the same scope", .matrix(67, 69))
    func global() async {
        await #expect(processExitsWith: .success) {
            let early = OTel.meter("m", version: "1")
            let counter = early.counter("early")
            let bound = counter.bound(["bound": true])
            early.observableGauge("observed") { $0.observe(7) }
            #expect(!counter.isEnabled)
            counter.add(1)
            bound.add(1)
            let reader = ManualMetricReader()
            let telemetry = try OTel.start(Config(serviceName: "test", sinks: [reader], exitTimeout: .zero))
            #expect(OTel.meter("m", version: "1") === early)
            #expect(OTel.meter("m") !== early)
            #expect(counter.isEnabled)
            counter.add(2)
            bound.add(4)
            OTel.meter("late").counter("late").add(8)
            let metrics = reader.collect().metrics
            #expect(metrics.numbers("early") == [[:]: .int(2), ["bound": true]: .int(4)])
            #expect(metrics.numbers("observed") == [[:]: .int(7)])
            #expect(metrics.numbers("late") == [[:]: .int(8)])
            #expect(
                metrics.map(\.scope) == [OTelScope("m", version: "1"), OTelScope("m", version: "1"), OTelScope("late")]
            )
            #expect(telemetry.shutdownBlocking().isComplete)
            #expect(!counter.isEnabled)
        }
    }

    @Test("may be set anew after its end: the handles measure for the new one", .matrix(67))
    func restart() async {
        await #expect(processExitsWith: .success) {
            let counter = OTel.meter("m").counter("c")
            let bound = counter.bound(["bound": true])
            for round in 1...3 {
                let reader = ManualMetricReader()
                let telemetry = try OTel.start(Config(serviceName: "test", sinks: [reader], exitTimeout: .zero))
                counter.add(round)
                bound.add(round)
                let value = MetricView.Number.int(Int64(round))
                #expect(reader.collect().metrics.numbers("c") == [[:]: value, ["bound": true]: value])
                telemetry.shutdownBlocking()
                counter.add(100)
            }
        }
    }

    @Test("follows views and configurators that come later", .matrix(67, 103, 104))
    func reconfigured() async {
        await #expect(processExitsWith: .success) {
            let counter = OTel.meter("m").counter("c")
            let reader = ManualMetricReader(temporality: .delta)
            let telemetry = try OTel.start(Config(serviceName: "test", sinks: [reader], exitTimeout: .zero))
            telemetry.configureMeters(.disabling("m"))
            #expect(!counter.isEnabled)
            telemetry.configureMeters(.enablingAll)
            try telemetry.configureViews([InstrumentView(InstrumentSelector(name: "c"), name: "renamed")])
            counter.add(1)
            #expect(reader.collect().metrics.numbers("renamed") == [[:]: .int(1)])
            telemetry.shutdownBlocking()
        }
    }

    @Test("is one of many: each telemetry gives meters of its own", .matrix(69))
    func ofOneTelemetry() throws {
        let telemetry = try ManualTelemetry()
        let meter = telemetry.telemetry.meter("m", version: "1", schemaURL: "s", attributes: ["k": 1])
        #expect(meter.scope == OTelScope("m", version: "1", schemaURL: "s", attributes: ["k": 1]))
        #expect(telemetry.telemetry.meter("m", version: "1", schemaURL: "s", attributes: ["k": 1]) === meter)
        #expect(telemetry.telemetry.meter("m", version: "1") !== meter)
        #expect(OTel.meter("m", version: "1", schemaURL: "s", attributes: ["k": 1]) !== meter)
        meter.counter("c").add(1)
        #expect(telemetry.collect().map(\.scope) == [meter.scope])
    }
}
