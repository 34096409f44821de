import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire
import TestSupport
import Testing

@Suite("Spans kept from sinks")
struct SpanDropTests {
    private let first = InMemorySpanExporter()
    private let second = InMemorySpanExporter()

    private func telemetry(
        _ processors: [any SpanProcessor] = [],
        secondSampler: Sampler = .alwaysOn,
        firstFilter: (@Sendable (SpanView) -> Bool)? = nil,
        secondFilter: (@Sendable (SpanView) -> Bool)? = nil
    ) throws -> Telemetry {
        try Telemetry(
            Config(
                serviceName: "test",
                sinks: [
                    TraceSink(.custom("first", self.first), sampler: .alwaysOn, filter: firstFilter),
                    TraceSink(.custom("second", self.second), sampler: secondSampler, filter: secondFilter),
                ],
                spanProcessors: processors
            )
        )
    }

    @Test(
        "a processor's drop holds for every sink that sampled the span, and each counts it",
        arguments: [true, false]
    )
    func drop(atStart: Bool) throws {
        let calls = ScriptedProcessor.Calls()
        let dropping = ScriptedProcessor("a", calls: calls) { script in
            if atStart {
                script.onStart = { span, _ in if span.snapshot?.name == "health" { span.drop() } }
            } else {
                script.onEnding = { span in if span.snapshot?.name == "health" { span.drop() } }
            }
        }
        let later = ScriptedProcessor("b", calls: calls)
        let sampler = ScriptedSampler { _ in SamplingResult(.drop) }
        let telemetry = try self.telemetry([dropping, later], secondSampler: .custom(sampler))
        let span = telemetry.tracer("t").startSpan("health", parent: .root)
        #expect(span.isRecording)
        span.setAttribute("a", 1)
        span.end()
        telemetry.tracer("t").startSpan("work", parent: .root).end()
        #expect(telemetry.shutdownBlocking().isComplete)
        #expect(self.first.spans.map(\.name) == ["work"])
        #expect(self.second.spans.isEmpty)
        #expect(telemetry.statistics.sinks.map(\.filtered) == [1, 0])
        #expect(telemetry.statistics.sinks.map(\.accepted) == [1, 0])
        #expect(later.ended.map(\.name) == ["health", "work"])
        #expect(later.ended.first?.attributes == ["a": 1])
        let one = ["a start", "b start", "a ending", "b ending", "a end", "b end"]
        #expect(Array(calls.all.prefix(12)) == one + one)
    }

    @Test("a filter decides for its sink, on the span as it will be sent")
    func filter() throws {
        let seen = Box<[SpanView]>([])
        let processor = ScriptedProcessor { $0.onEnding = { $0.span.setAttribute("size", 5) } }
        let telemetry = try self.telemetry(
            [processor],
            firstFilter: { span in
                seen.update { $0.append(span) }
                return span.status != .unset
            }
        )
        let tracer = telemetry.tracer("t")
        for name in ["good", "bad"] {
            let span = tracer.startSpan(name, parent: .root)
            if name == "bad" { span.setStatus(.error("no")) }
            span.end(at: OTelTimestamp(unixNanoseconds: 9))
        }
        let report = telemetry.shutdownBlocking()
        #expect(seen.value.map(\.name) == ["good", "bad"])
        #expect(seen.value.allSatisfy { $0.attributes == ["size": 5] && $0.endTime?.unixNanoseconds == 9 })
        #expect(self.first.spans.map(\.name) == ["bad"])
        #expect(self.second.spans.map(\.name) == ["good", "bad"])
        #expect(processor.ended.map(\.name) == ["good", "bad"])
        #expect(report.isComplete)
        #expect(report.statistics.sinks.map(\.filtered) == [1, 0])
        #expect(report.statistics.sinks.map(\.accepted) == [1, 2])
        #expect(report.statistics.sinks.map(\.exported) == [1, 2])
        #expect(report.statistics.sinks.allSatisfy { $0.pending == 0 && $0.dropped.total == 0 })
    }

    @Test("a filter is not asked about spans that its sink would not get anyway")
    func filterIsAskedLast() throws {
        let seen = Box<[String]>([])
        let dropping = ScriptedProcessor { $0.onEnding = { if $0.snapshot?.name == "dropped" { $0.drop() } } }
        let telemetry = try self.telemetry(
            [dropping],
            secondSampler: .custom(ScriptedSampler { SamplingResult($0.name == "no" ? .drop : .recordAndSample) }),
            secondFilter: { span in
                seen.update { $0.append(span.name) }
                return true
            }
        )
        for name in ["yes", "no", "dropped"] { telemetry.tracer("t").startSpan(name, parent: .root).end() }
        telemetry.shutdownBlocking()
        #expect(seen.value == ["yes"])
        #expect(self.first.spans.map(\.name) == ["yes", "no"])
        #expect(telemetry.statistics.sinks.map(\.filtered) == [1, 1])
    }

    @Test("a filter that touches the span or starts others changes nothing, at once")
    func reentrantFilter() throws {
        let application = Box<OTelSpan?>(nil)
        let tracer = Box<OTelTracer?>(nil)
        let inside = Box<[Bool]>([])
        let telemetry = try self.telemetry(firstFilter: { _ in
            guard let span = application.value else { return true }
            span.setAttribute("late", 1)
            span.end()
            let child = tracer.value?.startSpan("inside", parent: OTelContext(span: span))
            inside.update { $0 += [span.isRecording, child?.isRecording ?? true, child == span] }
            child?.end()
            return true
        })
        tracer.value = telemetry.tracer("t")
        let clock = ContinuousClock()
        let started = clock.now
        let span = telemetry.tracer("t").startSpan("x", parent: .root)
        application.value = span
        span.end()
        #expect(clock.now - started < .seconds(5))
        #expect(inside.value == [false, false, true])
        telemetry.shutdownBlocking()
        #expect(self.first.spans.map(\.name) == ["x"])
        #expect(self.first.spans.map(\.attributes) == [[:]])
        #expect(telemetry.statistics.sinks.map(\.accepted) == [1, 1])
    }

    @Test("records of filtered spans are used again, and old handles stay dead")
    func recordsAreReused() throws {
        let telemetry = try self.telemetry(firstFilter: { _ in false })
        let tracer = telemetry.tracer("t")
        let old = (0..<1_000).map { number in
            let span = tracer.startSpan("\(number)", parent: .root)
            span.end()
            return span
        }
        #expect(Set(old.map(\.slot?.pointer)).count < 100)
        let live = tracer.startSpan("live", parent: .root)
        for span in old { span.setAttribute("late", 1) }
        live.end()
        telemetry.shutdownBlocking()
        #expect(self.first.spans.isEmpty)
        #expect(self.second.spans.count == 1_001)
        #expect(self.second.spans.allSatisfy { $0.attributes.isEmpty })
        #expect(telemetry.statistics.sinks[0].filtered == 1_001)
    }
}
