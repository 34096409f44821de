import OTelAPI
import TestSupport
import Testing

@Suite("Contexts without telemetry")
struct ContextSuppressionTests {
    private enum Tenant: OTelContextKey { typealias Value = String }

    private static let span = OTelSpan(
        OTelSpanContext(traceID: OTelTraceID(high: 5, low: 1), spanID: OTelSpanID(1), traceFlags: .sampled)
    )

    @Test("a context made from a suppressed one is suppressed, others are not")
    func derived() {
        let context = OTelContext(span: Self.span).suppressingTelemetry()
        #expect(context.isSuppressed)
        #expect(context.with(OTelSpan.invalid).isSuppressed)
        #expect(context.with(Tenant.self, "acme").with(OTelBaggage()).isSuppressed)
        #expect(context.suppressingTelemetry().isSuppressed)
        #expect(OTelContext.root.suppressingTelemetry().isSuppressed)
        #expect(!OTelContext.root.isSuppressed)
        #expect(!OTelContext(span: Self.span).isSuppressed)
    }

    @Test("the span stays the same to those who look at it, and to propagators")
    func invisible() {
        let context = OTelContext(span: Self.span).suppressingTelemetry()
        #expect(context.span == Self.span)
        #expect(context.span.context == Self.span.context)
        #expect(context.span.hashValue == Self.span.hashValue)
        var plain: [String: String] = [:]
        var suppressed: [String: String] = [:]
        OTel.inject(OTelContext(span: Self.span), into: &plain)
        OTel.inject(context, into: &suppressed)
        #expect(plain == suppressed)
        #expect(suppressed["traceparent"]?.hasSuffix("-01") == true)
    }

    @Test("what a propagator extracts in a suppressed context is suppressed, too")
    func extracted() {
        let headers = ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]
        let suppressed = OTelContext.root.suppressingTelemetry()
        for context in [
            OTelContext.withValue(suppressed) { OTel.extract(headers) },
            OTel.extract(headers, in: suppressed),
            OTelContext.withValue(suppressed) { OTel.extract([:] as [String: String]) },
        ] {
            #expect(context.isSuppressed)
        }
        #expect(!OTel.extract(headers).isSuppressed)
        #expect(OTelContext.withValue(suppressed) { OTel.extract(headers).span.isValid })
    }

    @Test("spans in a suppressed context carry it on without an SDK")
    func withoutSDK() {
        OTelContext.withValue(OTelContext(span: Self.span)) {
            OTelContext.withoutTelemetry {
                let child = OTel.tracer("suppressed").startSpan("child")
                #expect(child == Self.span)
                #expect(OTelContext(span: child).isSuppressed)
                OTel.tracer("suppressed").withSpan("x") { _ in #expect(OTelContext.current.isSuppressed) }
            }
        }
    }

    @Test("it ends with the closure, and the result or error passes through")
    func scoped() async throws {
        enum Failure: Error { case expected }
        #expect(!OTelContext.current.isSuppressed)
        #expect(OTelContext.withoutTelemetry { OTelContext.current.isSuppressed })
        #expect(!OTelContext.current.isSuppressed)
        let inside = await OTelContext.withoutTelemetry {
            await Task.yield()
            return OTelContext.current.isSuppressed
        }
        #expect(inside)
        do throws(Failure) {
            try OTelContext.withoutTelemetry { () throws(Failure) in throw .expected }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error == .expected)
        }
        do throws(Failure) {
            try await OTelContext.withoutTelemetry { () async throws(Failure) in throw .expected }
            Issue.record("nothing was thrown")
        } catch {
            #expect(error == .expected)
        }
        #expect(!OTelContext.current.isSuppressed)
    }

    @Test("child tasks and captured contexts inherit it; a context made anew does not")
    func inherited() async {
        await OTelContext.withoutTelemetry {
            async let child = OTelContext.current.isSuppressed
            #expect(await child)
            #expect(await Task { OTelContext.current.isSuppressed }.value)
            #expect(!(await Task.detached { OTelContext.current.isSuppressed }.value))
            let captured = OTelContext.current.wrap { OTelContext.current.isSuppressed }
            #expect(Threads.run(1) { _ in captured() } == [true])
            OTelContext.withValue(OTelContext.current.with(Self.span)) { #expect(OTelContext.current.isSuppressed) }
            OTelContext.withValue(OTelContext(span: Self.span)) { #expect(!OTelContext.current.isSuppressed) }
            OTelContext.withValue(.root) { #expect(!OTelContext.current.isSuppressed) }
        }
    }

    @Test("an attached context may be suppressed")
    func attached() {
        let token = OTelContext.current.suppressingTelemetry().attach()
        #expect(OTelContext.current.isSuppressed && CurrentContext.isSuppressed)
        #expect(token.detach())
        #expect(!OTelContext.current.isSuppressed && !CurrentContext.isSuppressed)
    }

    @Test("instruments see it without asking for the context")
    func instruments() {
        #expect(!CurrentContext.isSuppressed)
        OTelContext.withoutTelemetry { #expect(CurrentContext.isSuppressed) }
        #expect(!CurrentContext.isSuppressed)
    }
}
