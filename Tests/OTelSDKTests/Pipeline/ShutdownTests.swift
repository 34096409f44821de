import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Shutdown")
struct ShutdownTests {
    private static let grace = Duration.milliseconds(500)

    @Test("delivers what is queued and shuts the exporter down once, however often it is called", .matrix(7, 157))
    func twice() async throws {
        let recording = try RecordingTelemetry(processor: .batch(scheduledDelay: .seconds(3600)))
        recording.tracer.startSpan("x", parent: .root).end()
        recording.logger.info("x")
        let first = await recording.telemetry.shutdown()
        let second = await recording.telemetry.shutdown()
        let third = recording.telemetry.shutdownBlocking(timeout: .zero)
        #expect(first.isComplete)
        // Other tests change what is counted for the whole process.
        #expect(second.isInTime && second.statistics.sinks == first.statistics.sinks)
        #expect(third.isInTime && third.statistics.sinks == first.statistics.sinks)
        #expect(recording.spanExporter.shutdowns == 1)
        #expect(recording.logExporter.shutdowns == 1)
        #expect(recording.spanExporter.violations == 0)
    }

    @Test("calls at the same time all report the same end")
    func shutdownConcurrentSafe() throws {
        let gate = GatedExporter()
        let telemetry = try Self.telemetry(gate)
        for _ in 0..<700 { telemetry.tracer("t").startSpan("x", parent: .root).end() }
        let complete = Threads.run(6) { thread in
            if thread > 0 {
                let report = telemetry.shutdownBlocking()
                return report.isComplete && report.statistics.sinks[0].exported == 700
            }
            defer { gate.open() }
            return gate.waitUntilBlocked()
        }
        #expect(complete == Array(repeating: true, count: 6))
        #expect(gate.observed.shutdowns == 1)
        #expect(gate.observed.overlaps == 0)
    }

    @Test("with an exporter that blocks, it returns in time with a true report")
    func blockedExporter() throws {
        let gate = GatedExporter()
        let telemetry = try Self.telemetry(gate)
        for _ in 0..<700 { telemetry.tracer("t").startSpan("x", parent: .root).end() }
        let clock = ContinuousClock()
        let started = clock.now
        let report = telemetry.shutdownBlocking(timeout: .milliseconds(300))
        #expect(clock.now - started < .milliseconds(300) + Self.grace)
        #expect(!report.isComplete)
        let statistics = report.statistics.sinks[0]
        #expect(statistics.accepted == 700)
        #expect(statistics.exported == 0)
        #expect(statistics.exported + statistics.rejected + statistics.dropped.total + statistics.pending == 700)
        #expect(Threads.wait { gate.observed.shutdowns == 1 })
        #expect(Threads.wait { telemetry.statistics.sinks[0].pending == 0 })
    }

    @Test("an export that was running when shutdown began is cancelled at the deadline")
    func blockedBefore() throws {
        let gate = GatedExporter()
        let telemetry = try Self.telemetry(gate, .batch(scheduledDelay: .milliseconds(1)))
        telemetry.tracer("t").startSpan("x", parent: .root).end()
        #expect(gate.waitUntilBlocked())
        for _ in 0..<3 { telemetry.tracer("t").startSpan("x", parent: .root).end() }
        let clock = ContinuousClock()
        let started = clock.now
        let report = telemetry.shutdownBlocking(timeout: .milliseconds(100))
        #expect(clock.now - started < .milliseconds(100) + Self.grace)
        #expect(!report.isComplete)
        #expect(gate.observed.cancels == 1)
        #expect(report.statistics.sinks[0].accepted == 4)
        #expect(report.statistics.sinks[0].exported == 0)
        #expect(Threads.wait { gate.observed.shutdowns == 1 })
        #expect(telemetry.statistics.sinks[0].dropped.afterShutdown == 4)
        #expect(telemetry.statistics.sinks[0].pending == 0)
    }

    @Test("with an exporter that heeds nothing, it returns in time and says what is pending")
    func stubbornExporter() throws {
        let gate = GatedExporter(isStubborn: true)
        let other = InMemorySpanExporter()
        let telemetry = try Telemetry(
            Config(
                serviceName: "test",
                sinks: [TraceSink(.custom("stuck", gate)), TraceSink(.custom("other", other))],
                exitTimeout: .zero
            )
        )
        for _ in 0..<5 { telemetry.tracer("t").startSpan("x", parent: .root).end() }
        let clock = ContinuousClock()
        let started = clock.now
        let report = telemetry.shutdownBlocking(timeout: .milliseconds(100))
        #expect(clock.now - started < .milliseconds(100) + Self.grace)
        #expect(!report.isInTime && !report.isComplete)
        #expect(report.statistics.sinks[0].pending == 5)
        #expect(report.statistics.sinks[1].exported == 5)
        gate.open()
        #expect(telemetry.shutdownBlocking().isInTime)
        #expect(telemetry.statistics.sinks[0].pending == 0)
    }

    @Test("what is recorded afterwards is dropped and counted")
    func useAfterShutdown() throws {
        let recording = try RecordingTelemetry()
        let before = recording.tracer.startSpan("open", parent: .root)
        recording.telemetry.shutdownBlocking()
        #expect(!recording.tracer.isEnabled)
        #expect(!recording.logger.isEnabled(.fatal))
        before.setAttribute("a", 1)
        before.end()
        for _ in 0..<3 { recording.logger.error("late") }
        for _ in 0..<4 {
            let late = recording.tracer.startSpan("late", parent: .root)
            #expect(!late.isRecording)
            late.setAttribute("a", 1)
            late.end()
        }
        recording.telemetry.tracer("new").startSpan("late", parent: .root).end()
        recording.telemetry.logger("new").info("late")
        #expect(recording.spanStatistics.dropped.afterShutdown == 6)
        #expect(recording.logStatistics.dropped.afterShutdown == 4)
        #expect(recording.spanStatistics.accepted == 6)
        #expect(recording.spanExporter.spans.isEmpty)
        #expect(recording.telemetry.flushBlocking().isInTime)
        #expect(recording.spanExporter.violations == 0)
    }

    @Test("a span of an ended telemetry carries its parent's context")
    func contextAfterShutdown() throws {
        let recording = try RecordingTelemetry()
        recording.telemetry.shutdownBlocking()
        let parent = OTelSpan(
            OTelSpanContext(
                traceID: OTelTraceID(high: 1, low: 2),
                spanID: OTelSpanID(3),
                traceFlags: .sampled,
                isRemote: true
            )
        )
        let span = recording.tracer.startSpan("x", parent: OTelContext(span: parent))
        #expect(span.context == parent.context)
        #expect(!span.isRecording)
    }

    @Test("recording while it runs loses nothing silently")
    func recordingDuringShutdownConcurrentSafe() throws {
        let recording = try RecordingTelemetry(processor: .batch(maxQueueSize: 100_000))
        Threads.run(4) { thread in
            for index in 0..<2_000 {
                if thread == 0, index == 1_000 { recording.telemetry.shutdownBlocking() }
                recording.tracer.startSpan("x", parent: .root).end()
                recording.logger.info("x")
            }
        }
        let report = recording.telemetry.shutdownBlocking()
        #expect(report.statistics.sinks.map(\.accepted) == [8_000, 8_000])
        #expect(report.statistics.sinks.map(\.pending) == [0, 0])
        #expect(report.statistics.sinks[0].exported == recording.spanExporter.spans.count)
        #expect(report.statistics.sinks[1].exported == recording.logExporter.records.count)
        for sink in report.statistics.sinks {
            #expect(sink.exported + sink.dropped.afterShutdown == 8_000)
            #expect(sink.dropped.afterShutdown >= 1_000)
        }
    }

    private static func telemetry(
        _ exporter: GatedExporter,
        _ processor: RecordProcessor = .batch(scheduledDelay: .seconds(3600))
    ) throws -> Telemetry {
        let sink = TraceSink(.custom("spans", exporter), processor: processor)
        return try Telemetry(Config(serviceName: "test", sinks: [sink], exitTimeout: .zero))
    }
}
