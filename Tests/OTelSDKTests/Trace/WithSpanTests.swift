import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Spans around closures")
struct WithSpanTests {
    struct Failure: Error, Equatable, CustomStringConvertible {
        var number = 0
        var description: String { "failure \(self.number)" }
    }

    @Test("the span is current inside, ends afterwards, and the result passes through", .matrix(10, 14))
    func synchronous() throws {
        let recording = try RecordingTelemetry()
        let result = recording.tracer.withSpan("outer", kind: .server, attributes: ["a": 1]) { outer in
            #expect(OTelSpan.current == outer)
            #expect(outer.isRecording)
            return recording.tracer.withSpan("inner") { inner in
                #expect(OTelSpan.current == inner)
                return 42
            }
        }
        #expect(result == 42)
        let spans = recording.spans
        try #require(spans.map(\.name) == ["inner", "outer"])
        #expect(spans[0].parentSpanID == spans[1].context.spanID)
        #expect(spans[1].kind == .server)
        #expect(spans[1].attributes == ["a": 1])
        #expect(spans.allSatisfy { $0.status == .unset })
    }

    @Test("the span stays current across suspension points and into child tasks")
    func asynchronous() async throws {
        let recording = try RecordingTelemetry()
        await recording.tracer.withSpan("outer") { outer in
            await Task.yield()
            #expect(OTelSpan.current == outer)
            async let child: OTelSpan = OTelSpan.current
            #expect(await child == outer)
            await recording.tracer.withSpan("inner") { inner in
                await Task.yield()
                #expect(OTelSpan.current == inner)
            }
            #expect(OTelSpan.current == outer)
        }
        #expect(recording.spans.map(\.name) == ["inner", "outer"])
    }

    @Test("an error is recorded, sets the status, and passes through with its type")
    func typedThrows() throws {
        let recording = try RecordingTelemetry()
        do throws(Failure) {
            try recording.tracer.withSpan("x") { _ throws(Failure) in throw Failure(number: 7) }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.number == 7)
        }
        let span = try #require(recording.spans.first)
        #expect(span.status == .error("failure 7"))
        #expect(span.events.map(\.name) == ["exception"])
        #expect(span.events.first?.attributes["exception.message"] == "failure 7")
    }

    @Test("an error of an asynchronous closure is recorded too")
    func typedThrowsAsync() async throws {
        let recording = try RecordingTelemetry()
        do throws(Failure) {
            try await recording.tracer.withSpan("x") { _ async throws(Failure) in
                await Task.yield()
                throw Failure(number: 8)
            }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.number == 8)
        }
        #expect(recording.spans.first?.status == .error("failure 8"))
    }

    @Test("a status that the closure set to ok stays")
    func okBeforeError() throws {
        let recording = try RecordingTelemetry()
        #expect(throws: Failure.self) {
            try recording.tracer.withSpan("x") { span in
                span.setStatus(.ok)
                throw Failure()
            }
        }
        #expect(recording.spans.first?.status == .ok)
    }

    @Test("a span that the closure ended itself is exported once")
    func endedInside() throws {
        let recording = try RecordingTelemetry()
        recording.tracer.withSpan("x") { $0.end() }
        #expect(recording.spans.count == 1)
    }

    @Test("a parent given is current's context inside, with its values")
    func parentContext() throws {
        enum Key: OTelContextKey { typealias Value = Int }
        let recording = try RecordingTelemetry()
        let remote = OTelSpan(
            OTelSpanContext(
                traceID: OTelTraceID(high: 1, low: 1),
                spanID: OTelSpanID(1),
                traceFlags: .sampled,
                isRemote: true
            )
        )
        recording.tracer.withSpan("x", parent: OTelContext(span: remote).with(Key.self, 5)) { span in
            #expect(OTelContext.current[Key.self] == 5)
            #expect(OTelSpan.current == span)
        }
        #expect(OTelContext.current[Key.self] == nil)
        #expect(recording.spans.first?.parentSpanID == remote.spanID)
    }

    @Test("a span that is not sampled is current all the same")
    func notSampled() throws {
        let recording = try RecordingTelemetry(sampler: .alwaysOff)
        recording.tracer.withSpan("x", parent: .root) { span in
            #expect(!span.isRecording && span.isValid)
            #expect(OTelSpan.current == span)
        }
    }

    @Test("a library without an SDK of its own carries on the span of the application's telemetry")
    func unboundInside() async {
        await #expect(processExitsWith: .success) {
            let recording = try RecordingTelemetry()
            let library = OTel.tracer("library")
            recording.tracer.withSpan("outer") { outer in
                let span = library.startSpan("x")
                #expect(span.context == outer.context)
                #expect(!span.isRecording)
            }
        }
    }
}
