import COTelRuntime
import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire
import TestSupport
import Testing

@Suite("Span processors")
struct SpanProcessorTests {
    private static let remote = OTelSpan(
        OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 2),
            spanID: OTelSpanID(3),
            traceFlags: .sampled,
            isRemote: true
        )
    )

    private enum Tenant: OTelContextKey {
        typealias Value = String
    }

    @Test("onStart gets the context that the span is started in", .matrix(24), arguments: [true, false])
    func parentContext(isGiven: Bool) throws {
        let parents = Box<[OTelContext]>([])
        let processor = ScriptedProcessor { $0.onStart = { _, parent in parents.update { $0.append(parent) } } }
        let recording = try RecordingTelemetry { $0.spanProcessors = [processor] }
        let context = OTelContext(span: Self.remote).with(["user": "anna"]).with(Tenant.self, "acme")
        if isGiven {
            recording.tracer.startSpan("x", parent: context).end()
        } else {
            OTelContext.withValue(context) { recording.tracer.startSpan("x").end() }
        }
        recording.tracer.startSpan("root", parent: .root).end()
        try #require(parents.value.count == 2)
        let parent = parents.value[0]
        #expect(parent.span.context == Self.remote.context)
        #expect(parent.span.context.isRemote)
        #expect(parent.baggage == ["user": "anna"])
        #expect(parent[Tenant.self] == "acme")
        #expect(!parents.value[1].span.isValid && parents.value[1].baggage.isEmpty)
    }

    @Test("see spans that are recorded, exported or not, and no others")
    func decisions() throws {
        let started = Box<[String]>([])
        let processor = ScriptedProcessor {
            $0.onStart = { span, _ in started.update { $0.append(span.snapshot?.name ?? "nothing") } }
        }
        let sampler = ScriptedSampler { candidate in
            let decision: [String: SamplingResult.Decision] = ["sample": .recordAndSample, "record": .recordOnly]
            return SamplingResult(decision[candidate.name] ?? .drop)
        }
        let recording = try RecordingTelemetry(sampler: .custom(sampler)) { $0.spanProcessors = [processor] }
        for name in ["drop", "sample", "record"] { recording.tracer.startSpan(name, parent: .root).end() }
        #expect(started.value == ["sample", "record"])
        #expect(processor.calls.all == ["start", "ending", "end", "start", "ending", "end"])
        #expect(processor.ended.map(\.name) == ["sample", "record"])
        #expect(processor.ended.map(\.context.isSampled) == [true, false])
        #expect(recording.spans.map(\.name) == ["sample"])
        #expect(recording.spanStatistics.accepted == 1 && recording.spanStatistics.filtered == 0)
    }

    @Test("are called in the order of the configuration, all onEnding before any onEnd")
    func order() throws {
        let calls = ScriptedProcessor.Calls()
        let recording = try RecordingTelemetry { config in
            config.spanProcessors = ["a", "b", "c"].map { ScriptedProcessor($0, calls: calls) }
        }
        let span = recording.tracer.startSpan("x", parent: .root)
        calls.add("application")
        span.end()
        #expect(
            calls.all == [
                "a start", "b start", "c start", "application", "a ending", "b ending", "c ending", "a end", "b end",
                "c end",
            ]
        )
    }

    @Test("onStart sees what was given at the start, and writes to the span")
    func writeAtStart() throws {
        let seen = Box<SpanView?>(nil)
        let processor = ScriptedProcessor {
            $0.onStart = { span, _ in
                seen.value = span.snapshot
                span.span.setAttribute("processor", "start")
                span.span.setAttribute("both", "processor")
                span.span.addEvent("started")
                span.span.addLink(Self.remote.context)
                span.removeAttribute("secret")
            }
        }
        let recording = try RecordingTelemetry { $0.spanProcessors = [processor] }
        let span = recording.record("work", attributes: ["given": 1, "secret": 2]) { $0.setAttribute("both", "later") }
        #expect(seen.value?.name == "work")
        #expect(seen.value?.attributes == ["given": 1, "secret": 2])
        #expect(seen.value?.endTime == nil)
        #expect(seen.value?.startTime == span?.startTime)
        #expect(span?.attributes == ["given": 1, "processor": "start", "both": "later"])
        #expect(span?.events.map(\.name) == ["started"])
        #expect(span?.links.map(\.context.spanID) == [Self.remote.spanID])
        #expect(span?.droppedAttributeCount == 0)
    }

    @Test("a handle kept from onStart writes like the application's own, and after the end to nobody")
    func keptHandle() throws {
        let kept = Box<ReadWriteSpan?>(nil)
        let processor = ScriptedProcessor { $0.onStart = { span, _ in kept.value = kept.value ?? span } }
        let recording = try RecordingTelemetry { $0.spanProcessors = [processor] }
        let span = recording.tracer.startSpan("first", parent: .root)
        let writable = try #require(kept.value)
        Threads.run(1) { _ in writable.span.setAttribute("other thread", true) }
        #expect(writable.snapshot?.attributes == ["other thread": true])
        span.end()
        // The slot belongs to somebody else now.
        let next = recording.tracer.startSpan("next", parent: .root)
        next.setAttribute("a", 1)
        Threads.run(1) { _ in
            writable.span.setAttribute("late", true)
            writable.removeAttribute("a")
            writable.drop()
            writable.span.end()
        }
        #expect(writable.snapshot == nil)
        next.end()
        #expect(recording.spans.map(\.attributes) == [["other thread": true], ["a": 1]])
        #expect(recording.spanStatistics.filtered == 0)
    }

    @Test("without any sink spans are recorded and sampled for them alone")
    func withoutSinks() throws {
        let processor = ScriptedProcessor()
        let telemetry = try Telemetry(Config(serviceName: "test", spanProcessors: [processor]))
        let tracer = telemetry.tracer("t")
        #expect(tracer.isEnabled)
        let span = tracer.startSpan("x", parent: .root, attributes: ["a": 1])
        #expect(span.isRecording && span.context.isSampled)
        tracer.startSpan("child", parent: OTelContext(span: span)).end()
        span.end()
        let unsampled = OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1), isRemote: true)
        tracer.startSpan("unsampled", parent: OTelContext(span: OTelSpan(unsampled))).end()
        #expect(processor.ended.map(\.name) == ["child", "x"])
        #expect(processor.ended.last?.attributes == ["a": 1])
        #expect(telemetry.statistics.sinks.isEmpty)
        #expect(telemetry.shutdownBlocking().isComplete)
    }

    @Test("a span ended inside of onStart ends once, and its record is left to others")
    func endInOnStart() throws {
        let processor = ScriptedProcessor {
            $0.onStart = { span, _ in
                span.span.end()
                span.span.setAttribute("late", 1)
            }
        }
        let recording = try RecordingTelemetry { $0.spanProcessors = [processor] }
        let span = recording.tracer.startSpan("x", parent: .root)
        #expect(!span.isRecording)
        // A free record that looks live would be handed out twice when records run short.
        #expect(span.slot?.pointer.pointee.in_use == 0)
        span.end()
        #expect(processor.calls.all == ["start", "ending", "end"])
        #expect(recording.spans.map(\.attributes) == [[:]])
    }

    @Test("a span left open by the application can make room from its first callback on")
    func publishedBeforeOnStart() throws {
        let inUse = Box<UInt32?>(nil)
        let processor = ScriptedProcessor {
            $0.onStart = { span, _ in inUse.value = span.span.slot?.pointer.pointee.in_use }
        }
        let recording = try RecordingTelemetry { $0.spanProcessors = [processor] }
        recording.tracer.startSpan("x", parent: .root).end()
        #expect(inUse.value == 1)
    }

    @Test("on many threads each span passes through every processor once")
    func concurrentSafe() throws {
        let processor = ScriptedProcessor {
            $0.onStart = { span, _ in span.span.setAttribute("start", true) }
            $0.onEnding = { span in
                if case .int(let number)? = span.snapshot?.attributes["n"], number % 10 == 0 { span.drop() }
                span.span.setAttribute("ending", true)
            }
        }
        let recording = try RecordingTelemetry(processor: .batch(maxQueueSize: 100_000)) {
            $0.spanProcessors = [processor, processor]
        }
        Threads.run(4) { thread in
            for index in 0..<500 {
                let span = recording.tracer.startSpan("\(thread)", parent: .root)
                span.setAttribute("n", index)
                span.end()
            }
        }
        #expect(processor.ended.count == 4_000)
        let spans = recording.spans
        #expect(spans.count == 1_800)
        #expect(spans.allSatisfy { $0.attributes["start"] == true && $0.attributes["ending"] == true })
        #expect(recording.spanStatistics.filtered == 200)
    }

    /// In a process of its own: the pool of records belongs to the process.
    @Test("100 000 spans leave no record behind")
    func noLeak() async {
        await #expect(processExitsWith: .success) {
            let ends = Box(0)
            let processor = ScriptedProcessor.Script { script in
                script.onStart = { span, _ in if span.span.id % 7 == 0 { span.span.end() } }
                script.onEnding = { span in if span.span.id % 3 == 0 { span.drop() } }
                script.onEnd = { _ in ends.update { $0 += 1 } }
            }
            let added = SamplingResult(.recordAndSample, attributes: ["rule": "r"])
            let sinks = ["one", "two"].map { name in
                TraceSink(
                    .custom(name, DiscardingExporter()),
                    sampler: .custom(FixedSampler(result: added)),
                    filter: { $0.context.spanID.value % 2 == 0 }
                )
            }
            let telemetry = try Telemetry(
                Config(serviceName: "test", sinks: sinks, spanProcessors: [QuietProcessor(script: processor)])
            )
            let tracer = telemetry.tracer("t")
            for _ in 0..<100_000 { tracer.startSpan("x", parent: .root).end() }
            #expect(ends.value == 100_000)
            // A record lost for each span, or for every tenth, would have used up all 16 384.
            #expect(telemetry.statistics.abandonedSpans == 0)
            #expect(telemetry.statistics.sinks.allSatisfy { $0.accepted + $0.filtered == 100_000 })
            let kept = (0..<16_000).map { _ in tracer.startSpan("x", parent: .root) }
            #expect(kept.allSatisfy { $0.isRecording || $0.id % 7 == 0 })
            telemetry.shutdownBlocking()
        }
    }
}

extension ScriptedProcessor.Script {
    /// A script from what differs from doing nothing.
    init(_ configure: (inout Self) -> Void) {
        self.init()
        configure(&self)
    }
}

/// Does as told and notes nothing.
struct QuietProcessor: SpanProcessor {
    let script: ScriptedProcessor.Script

    func onStart(_ span: ReadWriteSpan, parent: OTelContext) { self.script.onStart(span, parent) }
    func onEnding(_ span: ReadWriteSpan) { self.script.onEnding(span) }
    func onEnd(_ span: SpanView) { self.script.onEnd(span) }
}

/// Answers the same to everything.
struct FixedSampler: CustomSampler {
    let result: SamplingResult
    var description: String { "FixedSampler" }

    func shouldSample(_ candidate: SpanCandidate) -> SamplingResult { self.result }
}

/// Takes everything and keeps nothing.
final class DiscardingExporter: SpanExporter {
    func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult { .success }
}
