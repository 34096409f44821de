import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

/// Each test runs in a process of its own: there is one global telemetry a process.
@Suite("The global telemetry", .serialized)
struct OTelStartTests {
    @Test("binds handles taken before the start, and those taken afterwards")
    func bindsHandles() async {
        await #expect(processExitsWith: .success) {
            let tracer = OTel.tracer("early")
            let logger = OTel.logger("early")
            #expect(!tracer.isEnabled && !logger.isEnabled(.fatal))
            tracer.startSpan("before").end()
            logger.info("before")
            let spans = InMemorySpanExporter()
            let logs = InMemoryLogRecordExporter()
            let telemetry = try OTel.start(
                Config(
                    serviceName: "test",
                    sinks: [TraceSink(.custom("spans", spans)), LogSink(.custom("logs", logs))]
                )
            )
            #expect(tracer.isEnabled && logger.isEnabled(.debug))
            tracer.startSpan("early").end()
            logger.info("early")
            OTel.tracer("late", version: "2").startSpan("late").end()
            OTel.logger("late").info("late")
            #expect(OTel.tracer("late", version: "2") === OTel.tracer("late", version: "2"))
            #expect(OTel.tracer("late", version: "2") !== OTel.tracer("late"))
            #expect(telemetry.shutdownBlocking().isComplete)
            #expect(spans.spans.map(\.name) == ["early", "late"])
            #expect(spans.spans.map(\.scope) == [OTelScope("early"), OTelScope("late", version: "2")])
            #expect(logs.records.map(\.body) == ["early", "late"])
        }
    }

    @Test("a second start is an error that names the first, which goes on")
    func secondStart() async {
        await #expect(processExitsWith: .success) {
            let first = InMemorySpanExporter()
            let second = InMemorySpanExporter()
            let telemetry = try OTel.start(Config(serviceName: "one", sinks: [TraceSink(.custom("x", first))]))
            let error = #expect(throws: ConfigError.self) {
                _ = try OTel.start(Config(serviceName: "two", sinks: [TraceSink(.custom("x", second))]))
            }
            #expect(error?.setting == "OTel.start")
            #expect(error?.description.contains("\"one\" is running") == true)
            OTel.tracer("t").startSpan("x").end()
            #expect(telemetry.shutdownBlocking().isComplete)
            #expect(first.spans.count == 1)
            #expect(second.spans.isEmpty)
        }
    }

    @Test("a start that fails leaves nothing behind, and a good one can follow")
    func failedStart() async {
        await #expect(processExitsWith: .success) {
            let tracer = OTel.tracer("t")
            #expect(throws: ConfigError.self) { _ = try OTel.start(Config(serviceName: "")) }
            #expect(!tracer.isEnabled)
            let exporter = InMemorySpanExporter()
            let telemetry = try OTel.start(Config(serviceName: "good", sinks: [TraceSink(.custom("x", exporter))]))
            tracer.startSpan("x").end()
            telemetry.shutdownBlocking()
            #expect(exporter.spans.count == 1)
        }
    }

    @Test("after shutdown handles do nothing until the next start binds them anew")
    func restart() async {
        await #expect(processExitsWith: .success) {
            let tracer = OTel.tracer("t")
            let logger = OTel.logger("l")
            for round in 1...3 {
                let exporter = InMemorySpanExporter()
                let logs = InMemoryLogRecordExporter()
                let telemetry = try OTel.start(
                    Config(
                        serviceName: "round \(round)",
                        sinks: [TraceSink(.custom("x", exporter)), LogSink(.custom("y", logs))]
                    )
                )
                let open = tracer.startSpan("left open")
                tracer.startSpan("x").end()
                logger.info("x")
                #expect(telemetry.shutdownBlocking().isComplete)
                #expect(!tracer.isEnabled && !logger.isEnabled(.fatal))
                open.end()
                tracer.startSpan("between").end()
                logger.info("between")
                #expect(exporter.spans.map(\.name) == ["x"])
                #expect(exporter.spans.first?.resource["service.name"] == .string("round \(round)"))
                #expect(logs.records.count == 1)
                #expect(telemetry.statistics.sinks.map(\.dropped.afterShutdown) == [2, 1])
            }
        }
    }

    @Test("a span of the telemetry before ends harmlessly after the next start")
    func spanAcrossRestart() async {
        await #expect(processExitsWith: .success) {
            let tracer = OTel.tracer("t")
            let first = InMemorySpanExporter()
            let second = InMemorySpanExporter()
            let one = try OTel.start(Config(serviceName: "one", sinks: [TraceSink(.custom("x", first))]))
            let span = tracer.startSpan("across", parent: .root)
            one.shutdownBlocking()
            let two = try OTel.start(Config(serviceName: "two", sinks: [TraceSink(.custom("x", second))]))
            span.setAttribute("a", 1)
            let child = tracer.startSpan("child", parent: OTelContext(span: span))
            child.end()
            span.end()
            two.shutdownBlocking()
            #expect(first.spans.isEmpty)
            #expect(second.spans.map(\.name) == ["child"])
            #expect(second.spans.first?.parentSpanID == span.spanID)
            #expect(one.statistics.sinks[0].dropped.afterShutdown == 1)
        }
    }

    @Test("handles taken while an SDK starts on another thread are bound in the end")
    func startConcurrentSafe() async {
        await #expect(processExitsWith: .success) {
            let exporter = InMemorySpanExporter()
            let tracers = Threads.run(4) { thread -> [OTelTracer] in
                if thread == 0 {
                    _ = try? OTel.start(Config(serviceName: "test", sinks: [TraceSink(.custom("x", exporter))]))
                    return []
                }
                return (0..<200).map { OTel.tracer("lib.\($0)") }
            }.flatMap { $0 }
            #expect(tracers.count == 600)
            #expect(tracers.allSatisfy { $0.isEnabled })
        }
    }

    @Test("spans that are never ended make room for the newest, and are counted")
    func neverEnded() async {
        await #expect(processExitsWith: .success) {
            let recording = try RecordingTelemetry(processor: .batch(maxQueueSize: 100_000))
            let forgotten = (0..<17_000).map { recording.tracer.startSpan("\($0)", parent: .root) }
            let stale = forgotten.filter { !$0.isRecording }
            #expect(stale.count >= 17_000 - 16_384)
            #expect(stale.count < 2_000)
            #expect(Array(forgotten.prefix(stale.count)) == stale)
            #expect(recording.telemetry.statistics.abandonedSpans == stale.count)
            for span in forgotten {
                span.setAttribute("a", 1)
                span.end()
            }
            #expect(recording.spans.count == 17_000 - stale.count)
            #expect(recording.spans.last?.name == "16999")
        }
    }
}

@Suite("A handler of diagnostics that records telemetry")
struct DiagnosticsHandlerTests {
    @Test("it may take handles itself")
    func handles() async {
        await #expect(processExitsWith: .success) {
            let seen = Mutex(0)
            Diagnostics.setHandler { _ in
                OTel.logger("diagnostics").warn("seen")
                seen.withLock { $0 += 1 }
            }
            let telemetry = try OTel.start(Config(serviceName: "test", exitTimeout: .zero))
            _ = OTel.tracer("")
            #expect(Threads.wait { seen.withLock { $0 } > 0 })
            telemetry.shutdownBlocking()
        }
    }
}
