import Foundation
import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("What the custom samplers of several sinks add to a span")
struct SinkAdditionsTests {
    private let exporters = (0..<3).map { _ in InMemorySpanExporter() }

    private func telemetry(
        _ samplers: [Sampler],
        _ configure: (inout Config) -> Void = { _ in }
    ) throws -> Telemetry {
        let sinks = zip(samplers, self.exporters).map { TraceSink(.custom("x", $1), sampler: $0) }
        var config = Config(serviceName: "test", sinks: sinks)
        configure(&config)
        return try Telemetry(config)
    }

    private static func answering(_ attributes: OTelAttributes = [:], state: String? = nil) -> Sampler {
        .custom(
            FixedSampler(
                result: SamplingResult(
                    .recordAndSample,
                    attributes: attributes,
                    traceState: state.map { OTelTraceState(validHeader: $0) }
                )
            )
        )
    }

    private static func refusing(state: String) -> Sampler {
        .custom(FixedSampler(result: SamplingResult(.drop, traceState: OTelTraceState(validHeader: state))))
    }

    private static let parent = OTelContext(
        span: OTelSpan(
            OTelSpanContext(
                traceID: OTelTraceID(high: 1, low: 2),
                spanID: OTelSpanID(3),
                traceFlags: .sampled,
                traceState: OTelTraceState(validHeader: "p=1"),
                isRemote: true
            )
        )
    )

    @Test("attributes reach the export of their sink alone")
    func attributes() throws {
        let telemetry = try self.telemetry([
            Self.answering(["rule": "one", "first": 1]), .alwaysOn, Self.answering(["rule": "three"]),
        ])
        telemetry.tracer("t").startSpan("x", parent: .root, attributes: ["own": 0]).end()
        telemetry.shutdownBlocking()
        let attributes = self.exporters.map { $0.spans.map(\.attributes) }
        #expect(attributes == [[["own": 0, "rule": "one", "first": 1]], [["own": 0]], [["own": 0, "rule": "three"]]])
    }

    @Test("what the application sets wins, before and after, and keys stay unique", arguments: [1, 2])
    func applicationWins(sinks: Int) throws {
        let answers = [Self.answering(["early": "s1", "late": "s1", "s": 1]), Self.answering(["late": "s2"])]
        let telemetry = try self.telemetry(Array(answers.prefix(sinks)))
        let span = telemetry.tracer("t").startSpan("x", parent: .root, attributes: ["early": "app"])
        span.setAttribute("late", "app")
        span.end()
        telemetry.shutdownBlocking()
        #expect(self.exporters[0].spans.map(\.attributes) == [["early": "app", "late": "app", "s": 1]])
        if sinks == 2 { #expect(self.exporters[1].spans.map(\.attributes) == [["early": "app", "late": "app"]]) }
        for message in self.exporters.prefix(sinks).flatMap(\.messages) {
            let text = String(decoding: message, as: UTF8.self)
            #expect(text.components(separatedBy: "late").count == 2)
            #expect(text.components(separatedBy: "early").count == 2)
        }
    }

    @Test("each sink exports its own sampler's trace state, and that of the first which takes the span is passed on")
    func traceState() throws {
        let telemetry = try self.telemetry([
            Self.refusing(state: "no=0"), Self.answering(state: "one=1"), Self.answering(state: "two=2"),
        ])
        let tracer = telemetry.tracer("t")
        let span = tracer.startSpan("x", parent: Self.parent)
        #expect(span.context.traceState.header == "one=1")
        span.end()
        telemetry.shutdownBlocking()
        #expect(self.exporters.map { $0.spans.map(\.context.traceState.header) } == [[], ["one=1"], ["two=2"]])
    }

    @Test("a sink whose sampler says nothing exports the parent's trace state; children inherit what is passed on")
    func inherited() throws {
        let telemetry = try self.telemetry([.parentBased(.alwaysOff), Self.answering(state: "two=2")])
        let tracer = telemetry.tracer("t")
        let span = tracer.startSpan("span", parent: Self.parent)
        let child = telemetry.tracer("t").startSpan("child", parent: OTelContext(span: span))
        #expect(span.context.traceState.header == "two=2")
        #expect(child.context.traceState.header == "two=2")
        child.end()
        span.end()
        telemetry.shutdownBlocking()
        #expect(self.exporters[0].spans.map(\.context.traceState.header) == ["two=2", "p=1"])
        #expect(self.exporters[1].spans.map(\.context.traceState.header) == ["two=2", "two=2"])
    }

    @Test("an empty trace state clears the parent's, for its sink")
    func cleared() throws {
        let telemetry = try self.telemetry([Self.answering(state: ""), .alwaysOn])
        let span = telemetry.tracer("t").startSpan("x", parent: Self.parent)
        #expect(span.context.traceState.header == "")
        span.end()
        telemetry.shutdownBlocking()
        #expect(self.exporters.prefix(2).map { $0.spans.map(\.context.traceState.header) } == [[""], ["p=1"]])
    }

    @Test("the limit of attributes holds for each sink, and what it drops is counted there")
    func limits() throws {
        let telemetry = try self.telemetry([Self.answering(["s1": 1, "s2": 2, "a": 0]), .alwaysOn, Self.answering()]) {
            $0.spanLimits.attributes = 2
        }
        telemetry.tracer("t").startSpan("x", parent: .root, attributes: ["a": 1]).end()
        telemetry.shutdownBlocking()
        #expect(self.exporters.map { $0.spans.map(\.attributes) } == [[["a": 1, "s1": 1]], [["a": 1]], [["a": 1]]])
        #expect(self.exporters.map { $0.spans.map(\.droppedAttributeCount) } == [[1], [0], [0]])
    }

    @Test("processors see the trace state that is passed on, and no sink's attributes")
    func view() throws {
        let snapshot = Box<SpanView?>(nil)
        let processor = ScriptedProcessor { $0.onStart = { span, _ in snapshot.value = span.snapshot } }
        let telemetry = try self.telemetry([Self.answering(["s": 1], state: "one=1"), Self.answering(state: "two=2")]) {
            $0.spanProcessors = [processor]
        }
        telemetry.tracer("t").startSpan("x", parent: .root).end()
        telemetry.shutdownBlocking()
        for view in [snapshot.value, processor.ended.first] {
            #expect(view?.context.traceState.header == "one=1")
            #expect(view?.attributes == [:])
        }
        #expect(self.exporters[1].spans.map(\.context.traceState.header) == ["two=2"])
    }

    @Test("a stream shows the start of a span with what its sampler added")
    func start() throws {
        let stream = SpanStream()
        var config = Config(serviceName: "test")
        config.sinks = [
            StreamSink(name: "stream", stream, sampler: Self.answering(["s": 1], state: "one=1")),
            TraceSink(.custom("x", self.exporters[0])),
        ]
        let telemetry = try Telemetry(config)
        telemetry.tracer("t").startSpan("x", parent: .root, attributes: ["a": 1]).end()
        telemetry.shutdownBlocking()
        let spans = stream.spans.value
        #expect(spans.map { $0.endTime == nil } == [true, false])
        #expect(spans.map(\.attributes) == [["a": 1, "s": 1], ["a": 1, "s": 1]])
        #expect(spans.map(\.context.traceState.header) == ["one=1", "one=1"])
        #expect(self.exporters[0].spans.map(\.attributes) == [["a": 1]])
    }
}

/// Keeps the spans of a stream, as they begin and as they end.
private final class SpanStream: StreamExporter {
    let spans = Box<[SpanView]>([])

    func export(_ batch: StreamBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        for item in batch.items {
            switch item {
            case .spanStart(let span), .spanEnd(let span): self.spans.update { $0.append(span) }
            case .logRecord: ()
            }
        }
        return .success
    }
}
