import Foundation
import OTLPHTTPExporter
import OTelAPI
import OTelSDK
import TestSupport
import Testing

/// What the deadlines of flush and shutdown may be exceeded by.
let grace = Duration.milliseconds(500)

@Suite("A receiver that fails", .serialized, .ownThread)
struct FaultTests {
    @Test(
        "flush and shutdown keep their deadlines, the report is true, and delivery goes on afterwards",
        .matrix(254, 262),
        arguments: Fault.all
    )
    func fault(_ fault: Fault) throws {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector)
        defer { telemetry.shutdownBlocking(timeout: .zero) }

        try collector.order(fault.order)
        telemetry.record("during", 5)
        let flush = timed { telemetry.flushBlocking(timeout: .milliseconds(400)) }
        #expect(flush.duration < .milliseconds(400) + grace)
        for sink in flush.result.statistics.sinks { #expect(sink.accepted == 5 && sink.pending >= 0) }
        #expect(flush.result.isInTime == flush.result.statistics.sinks.allSatisfy { $0.pending == 0 })

        try collector.clearFaults()
        telemetry.record("after", 7)
        let second = timed { telemetry.flushBlocking(timeout: .seconds(8)) }
        #expect(second.result.isInTime, "\(second.result)")
        #expect(try self.stored(by: collector, "after") == [7, 7])
        for sink in second.result.statistics.sinks { expectSettled(sink, accepted: 12) }
        try self.expectTrue(second.result, collector, fault)

        try collector.order(fault.order)
        telemetry.record("end", 3)
        let shutdown = timed { telemetry.shutdownBlocking(timeout: .seconds(2)) }
        #expect(shutdown.duration < .seconds(2) + grace)
        for sink in shutdown.result.statistics.sinks { expectSettled(sink, accepted: 15) }
        try self.expectTrue(shutdown.result, collector, fault)
        // It stays the same end.
        let again = timed { telemetry.shutdownBlocking(timeout: .seconds(2)) }
        #expect(again.duration < grace)
        #expect(again.result.statistics == shutdown.result.statistics)
        #expect(again.result.isInTime == shutdown.result.isInTime)
        // What is refused because of the fault is noted by the collector, not held against the SDK.
        #expect(try collector.state().violationCount == 0)
    }

    /// Spans and log records that arrived under a prefix.
    private func stored(by collector: Collector, _ prefix: String) throws -> [Int] {
        let spans = try collector.spans(as: CollectedSpan.self).filter { $0.name.hasPrefix(prefix) }
        let logs = try collector.logs(as: CollectedLog.self).filter { $0.text.hasPrefix(prefix) }
        return [spans.count, logs.count]
    }

    private func expectTrue(_ report: TelemetryReport, _ collector: Collector, _ fault: Fault) throws {
        let state = try collector.state()
        let exported = report.statistics.sinks.map(\.exported)
        if fault.isExact {
            #expect(exported == [state.spans, state.logs], "\(report)")
        } else {
            #expect(exported[0] <= state.spans && exported[1] <= state.logs, "\(report)")
        }
        #expect(report.isComplete == report.statistics.sinks.allSatisfy { $0.exported == $0.accepted })
    }

    @Test("partial success: rejected items are counted as such, not lost and not sent again", .matrix(262))
    func partialSuccess() throws {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector)
        try collector.order(#"{"kind":"partial","rejected":3,"message":"three too many"}"#)
        telemetry.record("item", 10)
        let report = telemetry.shutdownBlocking(timeout: .seconds(5))
        for sink in report.statistics.sinks {
            #expect(sink.exported == 7 && sink.rejected == 3 && sink.dropped.total == 0, "\(sink)")
        }
        #expect(!report.isComplete && report.isInTime)
        #expect(try collector.state().requests == 2)
    }

    @Test(
        "answers that forbid it are not tried again",
        .matrix(254),
        arguments: [400, 401, 403, 404, 405, 413, 500, 501]
    )
    func noRetry(code: Int) throws {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector)
        try collector.order("{\"kind\":\"status\",\"code\":\(code)}")
        telemetry.record("item", 4)
        let report = telemetry.shutdownBlocking(timeout: .seconds(2))
        for sink in report.statistics.sinks { #expect(sink.rejected == 4 && sink.exported == 0, "\(sink)") }
        #expect(try collector.state().requests == 2)
    }

    @Test("redirects are not followed")
    func redirect() throws {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector)
        try collector.order(#"{"kind":"redirect","location":"/v1/traces","signal":"traces","times":1}"#)
        telemetry.record("item", 4, logs: false)
        telemetry.shutdownBlocking(timeout: .seconds(2))
        let state = try collector.state()
        #expect(state.requests == 1 && state.spans == 0)
    }

    @Test("a host that swallows packets holds nothing up longer than allowed")
    func blackHole() throws {
        let hole = try BlackHole()
        let telemetry = try Telemetry(
            Config(
                serviceName: "integration",
                sinks: [TraceSink(.otlpHTTP(endpoint: hole.endpoint)), LogSink(.otlpHTTP(endpoint: hole.endpoint))],
                exitTimeout: .zero
            )
        )
        telemetry.record("item", 600)
        let flush = timed { telemetry.flushBlocking(timeout: .milliseconds(300)) }
        #expect(flush.duration < .milliseconds(300) + grace)
        #expect(!flush.result.isInTime)
        let shutdown = timed { telemetry.shutdownBlocking(timeout: .seconds(2)) }
        #expect(shutdown.duration < .seconds(2) + grace)
        for sink in shutdown.result.statistics.sinks {
            expectSettled(sink, accepted: 600)
            #expect(sink.exported == 0)
        }
    }

    @Test("a queue that overflows during an outage counts what it drops, and delivers the rest when it is over")
    func overflow() throws {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector, queue: 1000)
        try collector.order(Fault.stall.order)
        telemetry.record("item", 5000)
        let during = telemetry.statistics.sinks
        for sink in during {
            #expect(sink.accepted == 5000 && sink.pending <= 1000, "\(sink)")
            #expect(sink.dropped.queueFull >= 4000, "\(sink)")
        }
        try collector.clearFaults()
        let report = telemetry.shutdownBlocking(timeout: .seconds(10))
        let state = try collector.state()
        for (sink, stored) in zip(report.statistics.sinks, [state.spans, state.logs]) {
            expectSettled(sink, accepted: 5000)
            #expect(sink.exported == stored && stored == 1000, "\(sink)")
        }
    }

    @Test("without time, flush and shutdown return at once", arguments: [Duration.zero, .seconds(-5), .nanoseconds(1)])
    func noTime(timeout: Duration) throws {
        let collector = try Collector()
        try collector.order(Fault.stall.order)
        let telemetry = try Telemetry.sending(to: collector)
        telemetry.record("item", 600)
        #expect(timed { telemetry.flushBlocking(timeout: timeout) }.duration < grace)
        let shutdown = timed { telemetry.shutdownBlocking(timeout: timeout) }
        #expect(shutdown.duration < grace)
        for sink in shutdown.result.statistics.sinks { expectSettled(sink, accepted: 600) }
    }

    @Test("flushes and shutdowns on many threads at once all keep the deadline and tell the same end")
    func concurrentShutdown() throws {
        let collector = try Collector()
        try collector.order(Fault.stall.order)
        let telemetry = try Telemetry.sending(to: collector)
        telemetry.record("item", 600)
        let reports = Reports()
        Threads.run(6) { number in
            let (report, duration) = timed {
                number < 3
                    ? telemetry.shutdownBlocking(timeout: .seconds(1)) : telemetry.flushBlocking(timeout: .seconds(1))
            }
            reports.add(report, duration, isShutdown: number < 3)
        }
        #expect(reports.durations.allSatisfy { $0 < .seconds(1) + grace }, "\(reports.durations)")
        #expect(Set(reports.shutdowns.map(\.statistics)).count == 1)
        for sink in reports.shutdowns[0].statistics.sinks { expectSettled(sink, accepted: 600) }
    }
}

private final class Reports: @unchecked Sendable {
    // Safety: everything is touched under the lock.
    private let lock = NSLock()
    private(set) var durations: [Duration] = []
    private(set) var shutdowns: [TelemetryReport] = []

    func add(_ report: TelemetryReport, _ duration: Duration, isShutdown: Bool) {
        self.lock.withLock {
            self.durations.append(duration)
            if isShutdown { self.shutdowns.append(report) }
        }
    }
}
