import OTLPHTTPExporter
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Sinks are independent", .serialized, .ownThread)
struct IsolationTests {
    private func telemetry(_ collectors: [Collector], delay: Duration) throws -> Telemetry {
        try Telemetry(
            Config(
                serviceName: "integration",
                sinks: collectors.map {
                    TraceSink(
                        .otlpHTTP(endpoint: $0.endpoint),
                        processor: .batch(maxQueueSize: 4096, scheduledDelay: delay)
                    )
                },
                exitTimeout: .zero
            )
        )
    }

    @Test("a sink that is stuck holds up no other one", .matrix(256), arguments: [Fault.stall, .refuse])
    func stuckSink(fault: Fault) throws {
        let stuck = try Collector()
        let healthy = try Collector()
        try stuck.order(fault.order)
        let telemetry = try self.telemetry([stuck, healthy], delay: .milliseconds(50))
        telemetry.record("item", 2000, logs: false)
        // By itself: nobody waits for anybody.
        #expect(try healthy.wait(spans: 2000).reached == true)

        telemetry.record("more", 100, logs: false)
        let flush = timed { telemetry.flushBlocking(timeout: .milliseconds(500)) }
        #expect(flush.duration < .milliseconds(500) + grace)
        #expect(try healthy.state().spans == 2100)
        #expect(flush.result.statistics.sinks[1].exported == 2100)

        let shutdown = timed { telemetry.shutdownBlocking(timeout: .seconds(1)) }
        #expect(shutdown.duration < .seconds(1) + grace)
        expectSettled(shutdown.result.statistics.sinks[0], accepted: 2100)
        expectSettled(shutdown.result.statistics.sinks[1], accepted: 2100)
        #expect(shutdown.result.statistics.sinks.map(\.exported) == [0, 2100])
        #expect(try healthy.state().violations == [])
    }

    @Test("flush and shutdown give each sink all of their time, not what others leave")
    func wholeTime() throws {
        let stuck = try Collector()
        let healthy = try Collector()
        try stuck.order(Fault.stall.order)
        let telemetry = try self.telemetry([stuck, healthy], delay: .seconds(60))
        telemetry.record("flush", 100, logs: false)
        Threads.run(2) { number in
            if number == 0 {
                let flush = timed { telemetry.flushBlocking(timeout: .seconds(3)) }
                #expect(flush.duration > .seconds(2) && flush.duration < .seconds(3) + grace)
            } else {
                #expect((try? healthy.wait(spans: 100, upTo: 2).reached) == true)
            }
        }
        telemetry.record("shutdown", 100, logs: false)
        let report = telemetry.shutdownBlocking(timeout: .seconds(1))
        #expect(report.statistics.sinks.map(\.exported) == [0, 200])
        for sink in report.statistics.sinks { expectSettled(sink, accepted: 200) }
    }

    @Test("spans that are stuck do not hold up log records")
    func stuckSignal() throws {
        let collector = try Collector()
        try collector.order(#"{"kind":"stall","signal":"traces"}"#)
        let telemetry = try Telemetry.sending(to: collector)
        telemetry.record("item", 1000)
        let report = telemetry.shutdownBlocking(timeout: .seconds(1))
        #expect(report.statistics.sinks.map(\.exported) == [0, 1000])
        let state = try collector.state()
        #expect(state.logs == 1000 && state.spans == 0)
    }

    @Test("each sink gets what its own sampler lets through")
    func samplers() throws {
        let all = try Collector()
        let none = try Collector()
        let telemetry = try Telemetry(
            Config(
                serviceName: "integration",
                sinks: [
                    TraceSink(.otlpHTTP(endpoint: all.endpoint), sampler: .alwaysOn),
                    TraceSink(.otlpHTTP(endpoint: none.endpoint), sampler: .alwaysOff),
                ],
                exitTimeout: .zero
            )
        )
        telemetry.record("item", 50, logs: false)
        let report = telemetry.shutdownBlocking()
        #expect(report.statistics.sinks.map(\.accepted) == [50, 0])
        #expect(try all.state().spans == 50)
        #expect(try none.state().requests == 0)
    }

    @Test("telemetries of one process do not mix", .matrix(1))
    func manyTelemetries() throws {
        let collector = try Collector()
        Threads.run(8) { number in
            guard let telemetry = try? Telemetry.sending(to: collector, { $0.serviceName = "service-\(number)" }) else {
                return
            }
            telemetry.record("service-\(number)", 100, logs: false)
            telemetry.shutdownBlocking(timeout: .seconds(10))
        }
        let spans = try collector.spans(as: CollectedSpan.self)
        #expect(spans.count == 800)
        #expect(spans.allSatisfy { $0.name.hasPrefix("\($0.serviceName)-") })
    }
}
