import OTelAPI
import TestSupport
import Testing

extension PropagationEntryTests {
    @Test("runs the members of a composite in their order, for every header that they name", .matrix(186, 194))
    func composite() {
        let carrier = HeaderCarrier([("uberctx-b", "2"), ("traceparent", Self.traceParent), ("baggage", "a=1")])
        let adding = OTelCompositePropagator([
            OTelW3CBaggagePropagator(), OTelW3CTraceContextPropagator(), OTelW3CBaggagePropagator(), PrefixPropagator(),
        ])
        #expect(adding.fields == ["baggage", "traceparent", "tracestate"])
        let context = adding.extract(from: carrier, in: .root)
        #expect(context.span.isValid)
        #expect(context.baggage == ["a": "1", "b": "2"])
        #expect(
            adding.injected(context).map(\.name) == ["baggage", "traceparent", "baggage", "uberctx-a", "uberctx-b"]
        )
        let replacing = OTelCompositePropagator([PrefixPropagator(), OTelW3CBaggagePropagator()])
        #expect(replacing.extract(from: carrier, in: .root).baggage == ["a": "1"])
    }

    @Test("carries nothing with a composite of nothing", .matrix(186))
    func emptyComposite() {
        let composite = OTelCompositePropagator([])
        let carrier = HeaderCarrier([("traceparent", Self.traceParent)])
        #expect(composite.fields.isEmpty)
        #expect(!composite.extract(from: carrier, in: .root).span.isValid)
        #expect(composite.injected(OTelW3CTraceContextPropagator().extract(from: carrier, in: .root)).isEmpty)
    }

    @Test("uses trace context and baggage until told otherwise", .matrix(187))
    func standard() {
        #expect(OTel.propagator.fields == ["traceparent", "tracestate", "baggage"])
    }

    // In a process of its own: the propagator belongs to all of it.
    @Test("uses the propagator that was set last, whatever its form of headers", .matrix(187))
    func replaced() async {
        await #expect(processExitsWith: .success) {
            OTel.propagator = OTelW3CTraceContextPropagator()
            OTel.propagator = PrefixPropagator()
            #expect(OTel.propagator is PrefixPropagator)
            let parent = PropagationEntryTests.traceParent
            let headers = [("traceparent", parent), ("UberCtx-A", "1"), ("uberctx\ra", "2"), ("baggage", "b=3")]
            var contexts = PropagationEntryTests.extractions(headers)
            contexts.append(OTel.extract(Dictionary(uniqueKeysWithValues: headers), in: .root))
            // A closure can't list its names: there, this propagator finds nothing.
            #expect(contexts.remove(at: 4).baggage.isEmpty)
            for context in contexts {
                #expect(!context.span.isValid)
                #expect(context.baggage == ["a": "1"])
                var sent: [String: String] = [:]
                OTel.inject(context, into: &sent)
                #expect(sent == ["uberctx-a": "1"])
            }
            OTel.propagator = OTelCompositePropagator([])
            #expect(OTel.extract(headers, in: .root).baggage.isEmpty)
        }
    }

    // In processes of their own: the propagator belongs to all of it.
    @Test(
        "extracts and injects the same with a propagator of the application's own beside those of the W3C",
        .matrix(187)
    )
    func extended() async {
        await #expect(processExitsWith: .success) {
            OTel.propagator = OTelCompositePropagator([
                OTelCompositePropagator([OTelW3CTraceContextPropagator()]), PrefixPropagator(),
            ])
            let headers = [("TraceParent", PropagationEntryTests.traceParent), ("uberctx-a", "1"), ("baggage", "b=2")]
            var contexts = PropagationEntryTests.extractions(headers)
            #expect(contexts.remove(at: 4).span.isValid)
            for context in contexts {
                #expect(context.span.isValid)
                #expect(context.baggage == ["a": "1"])
            }
            let old = [("TraceParent", "old"), ("TRACESTATE", "old=1"), ("x", "y"), ("UberCtx-A", "old")]
            let new = ["x": "y", "traceparent": PropagationEntryTests.traceParent, "uberctx-a": "1"]
            var dictionary = Dictionary(uniqueKeysWithValues: old)
            var pairs = old
            OTel.inject(contexts[0], into: &dictionary)
            OTelContext.withValue(contexts[0]) { OTel.inject(into: &pairs) }
            #expect(dictionary == new)
            #expect(pairs.count == 3 && Dictionary(uniqueKeysWithValues: pairs) == new)
        }
    }

    @Test("extracts and injects only what the propagator is made for", .matrix(187))
    func reduced() async {
        await #expect(processExitsWith: .success) {
            let headers = ["traceparent": PropagationEntryTests.traceParent, "baggage": "a=1"]
            let both = OTel.extract(headers, in: .root)
            OTel.propagator = OTelW3CTraceContextPropagator()
            #expect(OTel.extract(headers, in: .root).span.isValid)
            #expect(OTel.extract(headers, in: .root).baggage.isEmpty)
            var sent: [String: String] = [:]
            OTel.inject(both, into: &sent)
            #expect(Array(sent.keys) == ["traceparent"])
            OTel.propagator = OTelCompositePropagator([OTelW3CBaggagePropagator()])
            #expect(!OTel.extract(headers, in: .root).span.isValid)
            #expect(OTel.extract(headers, in: .root).baggage == ["a": "1"])
            sent = [:]
            OTelContext.withValue(both) { OTel.inject(into: &sent) }
            #expect(sent == ["baggage": "a=1"])
        }
    }

    @Test("may be replaced while other threads extract and inject")
    func replacedConcurrentSafe() async {
        await #expect(processExitsWith: .success) {
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<4 {
                    group.addTask {
                        for _ in 0..<2_000 {
                            if index == 0 {
                                OTel.propagator = OTelCompositePropagator([OTelW3CTraceContextPropagator()])
                            }
                            let context = OTel.extract(["traceparent": PropagationEntryTests.traceParent], in: .root)
                            var sent: [String: String] = [:]
                            OTel.inject(context, into: &sent)
                            #expect(sent == ["traceparent": PropagationEntryTests.traceParent])
                        }
                    }
                }
            }
        }
    }
}
