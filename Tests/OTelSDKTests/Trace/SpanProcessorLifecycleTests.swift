import COTelRuntime
import Foundation
import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Flush and shutdown of span processors")
struct SpanProcessorLifecycleTests {
    private static func thisThread() -> UInt { UInt(bitPattern: cotel_thread_get()) }

    @Test("each is asked once, on a thread of its own, before the sinks, within the caller's deadline", .matrix(7, 8))
    func calledOnce() throws {
        let threads = Box<[UInt]>([])
        let deadlines = Box<[Deadline]>([])
        let exported = Box<[Int]>([])
        let exporter = InMemorySpanExporter()
        let note: @Sendable (Deadline) -> Bool = { deadline in
            threads.update { $0.append(Self.thisThread()) }
            deadlines.update { $0.append(deadline) }
            exported.update { $0.append(exporter.spans.count) }
            return true
        }
        let calls = ScriptedProcessor.Calls()
        let processors = ["a", "b"].map { name in
            ScriptedProcessor(name, calls: calls) {
                $0.forceFlush = note; $0.shutdown = note
            }
        }
        let telemetry = try Telemetry(
            Config(
                serviceName: "test",
                sinks: [TraceSink(.custom("x", exporter), processor: .batch(scheduledDelay: .seconds(600)))],
                spanProcessors: processors
            )
        )
        telemetry.tracer("t").startSpan("x", parent: .root).end()
        let latest = Deadline.after(.seconds(20))
        #expect(telemetry.flushBlocking(timeout: .seconds(20)).isInTime)
        #expect(calls.count("a flush") == 1 && calls.count("b flush") == 1)
        #expect(exported.value == [0, 0])
        #expect(exporter.spans.count == 1)
        #expect(telemetry.shutdownBlocking(timeout: .seconds(20)).isComplete)
        #expect(telemetry.shutdownBlocking(timeout: .seconds(20)).isComplete)
        #expect(calls.count("a shutdown") == 1 && calls.count("b shutdown") == 1)
        #expect(!threads.value.contains(Self.thisThread()))
        #expect(deadlines.value.count == 4)
        #expect(deadlines.value.prefix(2).allSatisfy { $0 < latest && $0 > .after(.seconds(5)) })
    }

    @Test("one that fails makes the report not in time, and the sinks deliver all the same", arguments: [true, false])
    func failure(isShutdown: Bool) throws {
        let processor = ScriptedProcessor {
            $0.forceFlush = { _ in false }
            $0.shutdown = { _ in false }
        }
        let recording = try RecordingTelemetry { $0.spanProcessors = [ScriptedProcessor(), processor] }
        recording.tracer.startSpan("x", parent: .root).end()
        let telemetry = recording.telemetry
        #expect(!(isShutdown ? telemetry.shutdownBlocking() : telemetry.flushBlocking()).isInTime)
        #expect(recording.spanStatistics.exported == 1)
    }

    @Test(
        "one that never comes back holds nobody up beyond the timeout, and leaves the sinks time to deliver",
        .matrix(7, 8),
        arguments: [(isShutdown: false, millis: 3000), (isShutdown: true, millis: 3000), (isShutdown: true, millis: 0)]
    )
    func hanging(isShutdown: Bool, millis: Int) throws {
        let release = DispatchSemaphore(value: 0)
        let hang: @Sendable (Deadline) -> Bool = { _ in
            release.wait()
            release.signal()
            return true
        }
        let processor = ScriptedProcessor {
            $0.forceFlush = hang; $0.shutdown = hang
        }
        let other = ScriptedProcessor()
        let recording = try RecordingTelemetry { $0.spanProcessors = [processor, other] }
        recording.tracer.startSpan("x", parent: .root).end()
        let telemetry = recording.telemetry
        let clock = ContinuousClock()
        let started = clock.now
        let timeout = Duration.milliseconds(millis)
        let report =
            isShutdown ? telemetry.shutdownBlocking(timeout: timeout) : telemetry.flushBlocking(timeout: timeout)
        #expect(clock.now - started < timeout + .milliseconds(500))
        #expect(!report.isInTime)
        #expect(other.calls.all.last == (isShutdown ? "shutdown" : "flush"))
        if millis > 0 { #expect(report.statistics.sinks[0].exported == 1) }
        release.signal()
    }

    @Test("nothing is called after shutdown", .matrix(7))
    func afterShutdown() throws {
        let processor = ScriptedProcessor()
        let recording = try RecordingTelemetry { $0.spanProcessors = [processor] }
        let open = recording.tracer.startSpan("open", parent: .root)
        #expect(recording.telemetry.shutdownBlocking().isInTime)
        open.setAttribute("a", 1)
        open.end()
        #expect(!open.isRecording)
        let late = recording.tracer.startSpan("late", parent: .root)
        #expect(!late.isRecording)
        late.end()
        recording.telemetry.flushBlocking()
        recording.telemetry.shutdownBlocking()
        #expect(processor.calls.all == ["start", "shutdown"])
        #expect(recording.spanStatistics.dropped.afterShutdown == 2)
        #expect(recording.spanStatistics.accepted == 2)
    }

    @Test("a shutdown while a span ends keeps onEnd from being called")
    func shutdownWhileEnding() throws {
        let telemetry = Box<Telemetry?>(nil)
        let processor = ScriptedProcessor { $0.onEnding = { _ in telemetry.value?.shutdownBlocking() } }
        let recording = try RecordingTelemetry { $0.spanProcessors = [processor] }
        telemetry.value = recording.telemetry
        recording.tracer.startSpan("x", parent: .root).end()
        telemetry.value = nil
        #expect(processor.calls.all == ["start", "ending", "shutdown"])
        #expect(recording.spanStatistics.dropped.afterShutdown == 1)
    }
}
