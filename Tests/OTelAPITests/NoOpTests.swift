import OTelAPI
import TestSupport
import Testing

@Suite("Without an SDK")
struct NoOpTests {
    private static let parent = OTelSpanContext(
        traceID: OTelTraceID(high: 1, low: 2),
        spanID: OTelSpanID(3),
        traceFlags: [.sampled, .random],
        traceState: OTelTraceState(validHeader: "a=1"),
        isRemote: true
    )

    private let tracer = OTelTracer(OTelScope("no.sdk"))
    private let logger = OTelLogger(OTelScope("no.sdk"))

    @Test("a span without a parent is invalid and records nothing")
    func root() {
        let span = self.tracer.startSpan("x", parent: .root)
        #expect(span.context == .invalid)
        #expect(!span.isRecording)
        #expect(!self.tracer.isEnabled)
    }

    @Test("a span carries its parent's context as it is")
    func parentContext() {
        let context = OTelContext(span: OTelSpan(Self.parent))
        let explicit = self.tracer.startSpan("x", kind: .server, parent: context, attributes: ["a": 1])
        #expect(explicit.context == Self.parent)
        #expect(!explicit.isRecording)
        let implicit = OTelContext.withValue(context) { self.tracer.startSpan("x") }
        #expect(implicit.context == Self.parent)
        explicit.end()
        implicit.end()
    }

    @Test("the root context hides the current span")
    func rootInside() {
        OTelContext.withValue(OTelContext(span: OTelSpan(Self.parent))) {
            #expect(self.tracer.startSpan("x", parent: .root).context == .invalid)
            self.tracer.withSpan("x", parent: .root) { span in
                #expect(span.context == .invalid)
                #expect(OTelSpan.current.context == .invalid)
            }
            #expect(OTelSpan.current.context == Self.parent)
        }
    }

    @Test("withSpan runs its closure once and keeps the current span")
    func withSpan() async {
        #expect(self.tracer.withSpan("x") { _ in 5 } == 5)
        let context = OTelContext(span: OTelSpan(Self.parent))
        OTelContext.withValue(context) {
            self.tracer.withSpan("x") { span in
                #expect(span.context == Self.parent)
                #expect(OTelSpan.current.context == Self.parent)
            }
        }
        await OTelContext.withValue(context) {
            await self.tracer.withSpan("x") { span in
                await Task.yield()
                // Not the trace state: while others run, their states may displace it.
                #expect(OTelSpan.current == OTelSpan(Self.parent))
            }
        }
    }

    @Test("errors pass through")
    func errors() async {
        struct Failure: Error {}
        #expect(throws: Failure.self) { try self.tracer.withSpan("x") { _ in throw Failure() } }
        await #expect(throws: Failure.self) {
            try await self.tracer.withSpan("x") { _ in
                await Task.yield()
                throw Failure()
            }
        }
    }

    @Test("every call on a span does nothing")
    func calls() {
        for span in [OTelSpan.invalid, OTelSpan(Self.parent)] {
            span.setAttribute("a", "b")
            span.setAttribute("a", 1)
            span.setAttribute("a", 1.5)
            span.setAttribute("a", true)
            span.setAttribute("a", .array([1]))
            span.setAttributes(["a": 1])
            span.setAttributes { _ in Issue.record("a writer ran on a span that records nothing") }
            span.addEvent("e", ["a": 1])
            span.addLink(Self.parent)
            span.setStatus(.error("x"))
            span.updateName("x")
            span.recordException(CancellationError())
            span.end()
            span.end(at: .now)
            #expect(!span.isRecording)
        }
    }

    @Test("a logger is disabled and builds neither message nor attributes")
    func disabledLogger() {
        func fail<Value>(_ value: Value) -> Value {
            Issue.record("built without need")
            return value
        }
        #expect(!self.logger.isEnabled(.fatal))
        #expect(!self.logger.isEnabled(.unspecified, eventName: "e", context: .root))
        self.logger.trace(fail("x"), fail([:]))
        self.logger.debug(fail("x"), fail([:]))
        self.logger.info(fail("x"), fail([:]))
        self.logger.warn(fail("x"), fail([:]))
        self.logger.error(fail("x"), fail([:]))
        self.logger.fatal(fail("x"), fail([:]), error: CancellationError())
        self.logger.log(.unspecified, fail("x"), fail([:]))
        self.logger.emit(OTelLogRecord(body: "x"))
    }
}

@Suite("Handles")
struct HandleTests {
    @Test("the same arguments give the same handle, other ones another", .matrix(2))
    func identity() {
        let tracer = OTel.tracer("handles", version: "1", schemaURL: "s", attributes: ["a": 1, "b": 2])
        #expect(tracer === OTel.tracer("handles", version: "1", schemaURL: "s", attributes: ["b": 2, "a": 1]))
        #expect(tracer !== OTel.tracer("handles", version: "2", schemaURL: "s", attributes: ["a": 1, "b": 2]))
        #expect(tracer !== OTel.tracer("handles", version: "1", schemaURL: "t", attributes: ["a": 1, "b": 2]))
        #expect(tracer !== OTel.tracer("handles", version: "1", schemaURL: "s", attributes: ["a": 1]))
        #expect(tracer.scope == OTelScope("handles", version: "1", schemaURL: "s", attributes: ["a": 1, "b": 2]))
        #expect(OTel.logger("handles") === OTel.logger("handles"))
        #expect(OTel.meter("handles") === OTel.meter("handles"))
        #expect(OTel.tracer("").scope.name == "")
    }

    @Test("scopes made up at run time do not fill the memory, and still work")
    func manyScopes() async {
        await #expect(processExitsWith: .success) {
            for index in 0..<10_000 {
                #expect(!OTel.logger("made up \(index)").isEnabled(.fatal))
            }
            #expect(OTel.logger("made up 1") === OTel.logger("made up 1"))
            #expect(OTel.logger("made up 9999") !== OTel.logger("made up 9999"))
        }
    }
}
