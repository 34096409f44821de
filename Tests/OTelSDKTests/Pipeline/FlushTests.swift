import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Flush")
struct FlushTests {
    @Test("everything recorded before the call has been answered when it returns", .matrix(8, 59, 158, 243))
    func answersBeforeReturn() async throws {
        let recording = try RecordingTelemetry(processor: .batch(scheduledDelay: .seconds(3600)))
        for round in 1...3 {
            for _ in 0..<600 {
                recording.tracer.startSpan("x", parent: .root).end()
                recording.logger.info("x")
            }
            let report = await recording.telemetry.flush()
            #expect(report.isInTime && report.isComplete)
            #expect(report.statistics.sinks.map(\.exported) == [600 * round, 600 * round])
            #expect(recording.spanExporter.spans.count == 600 * round)
            #expect(recording.spanExporter.forceFlushes == round)
            #expect(recording.logExporter.forceFlushes == round)
        }
    }

    @Test("a flush of nothing succeeds")
    func empty() async throws {
        let recording = try RecordingTelemetry()
        #expect(await recording.telemetry.flush().isComplete)
        let without = try Telemetry(Config(serviceName: "test"))
        #expect(await without.flush().isComplete)
        #expect(await without.shutdown().isComplete)
    }

    @Test("it returns when its time is over, what it started goes on, and nothing is lost")
    func timeout() throws {
        let gate = GatedExporter()
        let telemetry = try Self.telemetry(gate)
        for _ in 0..<600 { telemetry.tracer("t").startSpan("x", parent: .root).end() }
        let clock = ContinuousClock()
        let started = clock.now
        let report = telemetry.flushBlocking(timeout: .milliseconds(50))
        #expect(clock.now - started < .milliseconds(550))
        #expect(!report.isInTime && !report.isComplete)
        #expect(report.statistics.sinks[0].pending == 600)
        #expect(gate.waitUntilBlocked())
        gate.open()
        #expect(telemetry.flushBlocking().isComplete)
        #expect(gate.observed.delivered.reduce(0, +) == 600)
        #expect(gate.observed.delivered.allSatisfy { $0 <= 512 })
        #expect(gate.observed.abandoned == 0)
        telemetry.shutdownBlocking()
    }

    @Test("a flush without time returns at once", arguments: [Duration.zero, .seconds(-5)])
    func noTime(timeout: Duration) throws {
        let gate = GatedExporter()
        let telemetry = try Self.telemetry(gate)
        telemetry.tracer("t").startSpan("x", parent: .root).end()
        let clock = ContinuousClock()
        let started = clock.now
        #expect(!telemetry.flushBlocking(timeout: timeout).isInTime)
        #expect(clock.now - started < .milliseconds(500))
        gate.open()
        #expect(telemetry.shutdownBlocking().isComplete)
    }

    @Test("exports never overlap, however many flush while others record")
    func flushConcurrentSafe() throws {
        let gate = GatedExporter(isOpen: true)
        let telemetry = try Self.telemetry(gate, .batch(maxQueueSize: 100_000, maxExportBatchSize: 8))
        let tracer = telemetry.tracer("t")
        let inTime = Threads.run(6) { thread in
            (0..<200).allSatisfy { _ in
                if thread >= 3 { return telemetry.flushBlocking().isInTime }
                tracer.startSpan("x", parent: .root).end()
                return true
            }
        }
        #expect(inTime.allSatisfy { $0 })
        #expect(telemetry.shutdownBlocking().isComplete)
        #expect(gate.observed.overlaps == 0)
        #expect(gate.observed.delivered.reduce(0, +) == 600)
    }

    @Test("flushes that wait at the same time are all answered")
    func waitingTogether() throws {
        let gate = GatedExporter()
        let telemetry = try Self.telemetry(gate)
        telemetry.tracer("t").startSpan("x", parent: .root).end()
        let complete = Threads.run(5) { thread in
            if thread > 0 { return telemetry.flushBlocking().isComplete }
            defer { gate.open() }
            return gate.waitUntilBlocked()
        }
        #expect(complete == Array(repeating: true, count: 5))
        #expect(gate.observed.delivered == [1])
        telemetry.shutdownBlocking()
    }

    @Test("works from the main actor and inside a span")
    @MainActor
    func mainActor() async throws {
        let recording = try RecordingTelemetry()
        await recording.tracer.withSpan("outer") { _ in
            recording.tracer.startSpan("inner").end()
            #expect(await recording.telemetry.flush().isComplete)
        }
        #expect(await recording.telemetry.shutdown().isComplete)
    }

    @Test("a flush in a cancelled task still flushes")
    func cancelledTask() async throws {
        let recording = try RecordingTelemetry(processor: .batch(scheduledDelay: .seconds(3600)))
        recording.tracer.startSpan("x", parent: .root).end()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await recording.telemetry.flush()
        }
        task.cancel()
        #expect(await task.value.isComplete)
    }

    private static func telemetry(
        _ exporter: GatedExporter,
        _ processor: RecordProcessor = .batch(scheduledDelay: .seconds(3600))
    ) throws -> Telemetry {
        let sink = TraceSink(.custom("spans", exporter), processor: processor)
        return try Telemetry(Config(serviceName: "test", sinks: [sink], exitTimeout: .zero))
    }
}
