import OTelAPI
import TestSupport
import Testing

@Suite("Extracting and injecting")
struct PropagationEntryTests {
    static let traceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    /// A request as an application gets it, in each form that `extract` takes.
    static func extractions(_ headers: [(String, String)], in context: OTelContext = .root) -> [OTelContext] {
        let keyed = headers.map { (key: $0, value: $1) }
        let named = headers.map { (name: $0, value: $1) }
        let all = { (name: String) in headers.filter { $0.0.lowercased() == name }.map(\.1) }
        return [
            OTel.extract(headers, in: context),
            OTel.extract(keyed, in: context),
            OTel.extract(named, in: context),
            OTel.extract(keyed.lazy.filter { _ in true }, in: context),
            OTel.extract(in: context) { name in all(name) },
            OTel.extract(from: HeaderCarrier(headers), in: context),
        ]
    }

    @Test("takes headers in any form that an application has them in", .matrix(193, 196))
    func forms() {
        let headers = [
            ("Host", "example"), ("TraceParent", Self.traceParent), ("TRACESTATE", "foo=1"), ("Baggage", "a=1"),
        ]
        let dictionary = Dictionary(uniqueKeysWithValues: headers)
        let pairs: KeyValuePairs = ["TraceParent": Self.traceParent, "TRACESTATE": "foo=1", "Baggage": "a=1"]
        var contexts = Self.extractions(headers)
        contexts.append(OTel.extract(dictionary, in: .root))
        contexts.append(OTel.extract(pairs, in: .root))
        contexts.append(OTel.extract(in: .root) { name in dictionary.first { $0.key.lowercased() == name }?.value })
        for context in contexts {
            #expect(context.span.traceID.description == "0af7651916cd43dd8448eb211c80319c")
            #expect(context.span.context.traceState.description == "foo=1")
            #expect(context.span.context.isRemote)
            #expect(context.baggage == ["a": "1"])
        }
    }

    @Test("joins repeated tracestate and baggage headers in their order, and trusts no second traceparent")
    func repeated() {
        let lists = [("baggage", "a=1"), ("tracestate", "x=1"), ("Baggage", "a=2,b=3"), ("TraceState", "y=2")]
        for context in Self.extractions([("traceparent", Self.traceParent)] + lists) {
            #expect(context.span.context.traceState.description == "x=1,y=2")
            #expect(context.baggage == ["a": "2", "b": "3"])
        }
        for context in Self.extractions([("traceparent", Self.traceParent), ("Traceparent", Self.traceParent)] + lists)
        {
            #expect(!context.span.isValid)
            #expect(context.baggage == ["a": "2", "b": "3"])
        }
        let twice = ["traceparent": Self.traceParent, "Traceparent": Self.traceParent]
        #expect(!OTel.extract(twice, in: .root).span.isValid)
    }

    @Test("leaves the context as it is when the headers tell nothing")
    func nothing() {
        let base = OTel.extract(["traceparent": Self.traceParent, "baggage": "a=1"], in: .root).with(Tenant.self, 7)
        for headers in [
            [], [("x", "y")], [("traceparent", "00-nonsense"), ("tracestate", "foo=1"), ("baggagee", "b=2")],
        ] {
            for context in Self.extractions(headers, in: base) {
                #expect(context.span == base.span)
                #expect(context.span.context.traceState.isEmpty)
                #expect(context.baggage == ["a": "1"])
                #expect(context[Tenant.self] == 7)
            }
        }
    }

    @Test("extracts into the current context unless told otherwise, and injects the current one")
    func current() {
        let current = OTel.extract(["traceparent": Self.traceParent], in: .root).with(Tenant.self, 7)
        OTelContext.withValue(current) {
            #expect(OTel.extract([:])[Tenant.self] == 7)
            #expect(OTel.extract(["baggage": "a=1"]).span == current.span)
            #expect(OTel.extract([(String, String)]()).span == current.span)
            #expect(OTel.extract { _ in nil }.span == current.span)
            #expect(!OTel.extract([:], in: .root).span.isValid)
            var headers: [String: String] = [:]
            OTel.inject(into: &headers)
            #expect(headers == ["traceparent": Self.traceParent])
            OTel.inject(.root, into: &headers)
            #expect(headers == ["traceparent": Self.traceParent])
        }
        #expect(!OTel.extract([:]).span.isValid)
    }

    @Test("injects into any form of headers, names in lower case", .matrix(193, 195))
    func injects() {
        let received = ["traceparent": Self.traceParent, "tracestate": "foo=1", "baggage": "a=1"]
        let context = OTel.extract(received, in: .root)
        var dictionary: [String: String] = ["Accept": "*/*"]
        var keyed: [(key: String, value: String)] = [("Accept", "*/*")]
        var named: [(name: String, value: String)] = [("Accept", "*/*")]
        var pairs: [(String, String)] = [("Accept", "*/*")]
        var set: [String] = ["Accept"]
        OTel.inject(context, into: &dictionary)
        OTel.inject(context, into: &keyed)
        OTel.inject(context, into: &named)
        OTel.inject(context, into: &pairs)
        OTel.inject(context) { name, _ in set.append(name) }
        let expected = received.merging(["Accept": "*/*"]) { $1 }
        let names = ["Accept", "traceparent", "tracestate", "baggage"]
        #expect(dictionary == expected)
        #expect(keyed.map(\.key) == names && keyed.allSatisfy { expected[$0.key] == $0.value })
        #expect(named.map(\.name) == names && named.allSatisfy { expected[$0.name] == $0.value })
        #expect(pairs.map(\.0) == names && pairs.allSatisfy { expected[$0.0] == $0.1 })
        #expect(set == names)
    }

    @Test("injects into a carrier of the application's own, and reads from it", .matrix(195, 196, 197))
    func ownCarrier() {
        let context = OTel.extract(["traceparent": Self.traceParent, "baggage": "a=1"], in: .root)
        var carrier = HeaderCarrier([("TraceParent", "old"), ("x", "y")])
        OTel.inject(context, into: &carrier)
        #expect(carrier.keys == ["x", "traceparent", "baggage"])
        #expect(carrier.get("TRACEPARENT") == Self.traceParent)
        #expect(OTel.extract(from: carrier, in: .root).span == context.span)
        OTelContext.withValue(context.with(["b": "2"])) { OTel.inject(into: &carrier) }
        #expect(carrier.getAll("baggage") == ["b=2"])
    }

    @Test("replaces what the headers tell about another trace, in any case")
    func replaces() {
        let context = OTel.extract(["traceparent": Self.traceParent, "baggage": "a=1"], in: .root)
        let old = [
            ("TraceParent", "old"), ("x", "y"), ("TRACESTATE", "old=1"), ("Baggage", "old=1"), ("traceparent", "old"),
        ]
        let new = ["x": "y", "traceparent": Self.traceParent, "baggage": "a=1"]
        var dictionary = Dictionary(uniqueKeysWithValues: old)
        var pairs = old
        OTel.inject(context, into: &dictionary)
        OTel.inject(context, into: &pairs)
        #expect(dictionary == new)
        #expect(pairs.count == 3 && Dictionary(uniqueKeysWithValues: pairs) == new)
        // With nothing to tell, what an application put there itself stays.
        OTel.inject(.root, into: &dictionary)
        #expect(dictionary == new)
    }

    @Test("hands a getter's values, and its keys, to propagators", .matrix(196, 197))
    func getters() {
        let headers = [("uberctx-a", "1"), ("traceparent", "t"), ("UberCtx-B", "2"), ("uberctx-a", "3")]
        for context in Self.extractions(headers) { #expect(context.baggage.isEmpty) }
        let carriers: [any OTelTextMapGetter] = [HeaderCarrier(headers)]
        for carrier in carriers {
            #expect(carrier.get("uberctx-a") == "1")
            #expect(carrier.get("uberctx-b") == "2")
            #expect(carrier.get("uberctx-c") == nil)
            #expect(carrier.getAll("uberctx-a") == ["1", "3"])
            #expect(carrier.getAll("uberctx-c") == [])
            #expect(PrefixPropagator().extract(from: carrier, in: .root).baggage == ["a": "3", "b": "2"])
        }
    }

    @Test("passes a request on without an SDK, round after round", .matrix(188))
    func roundTrip() {
        var headers = ["traceparent": Self.traceParent, "tracestate": "foo=1,bar=2", "baggage": "a=%C3%A4;p=q,b=2"]
        let received = headers
        for _ in 0..<10 {
            let context = OTel.extract(headers, in: .root)
            headers = [:]
            OTel.inject(context, into: &headers)
        }
        #expect(headers == received)
    }

    @Test("survives 500 hostile requests")
    func fuzz() {
        var hostile = HostileHeaders(seed: 4)
        let names = ["traceparent", "TraceState", "é", "", "traceparent\u{0}", "tracestate", "x"]
        for round in 0..<500 {
            let header = round % 2 == 0 ? Self.traceParent : "foo=1,bar=2"
            let headers = names.map { ($0, hostile.mutated(header)) }
            for context in Self.extractions(headers) {
                OTel.inject(context) { #expect(!$0.isEmpty && !$1.isEmpty) }
            }
        }
    }
}

/// Reads names that only the carrier knows: those with a prefix.
struct PrefixPropagator: OTelTextMapPropagator {
    var fields: [String] { [] }

    func inject(_ context: OTelContext, into set: (_ name: String, _ value: String) -> Void) {
        for entry in context.baggage { set("uberctx-\(entry.name)", entry.value) }
    }

    func extract(from carrier: some OTelTextMapGetter, in context: OTelContext) -> OTelContext {
        let names = carrier.keys.map { $0.lowercased() }.filter { $0.hasPrefix("uberctx-") }
        return names.reduce(context) { context, name in
            let values = carrier.getAll(name)
            return context.with(context.baggage.setting(String(name.dropFirst(8)), values.last ?? ""))
        }
    }
}
