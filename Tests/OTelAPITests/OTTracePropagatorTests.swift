import OTelAPI
import TestSupport
import Testing

@Suite("OT trace propagator")
struct OTTracePropagatorTests {
    typealias Headers = [(String, String)]

    let propagator = OTelOTTracePropagator()

    static func headers(_ traceID: String, _ spanID: String, _ sampled: String) -> Headers {
        [("ot-tracer-traceid", traceID), ("ot-tracer-spanid", spanID), ("ot-tracer-sampled", sampled)]
    }

    static let readable: [(headers: Headers, span: String)] = [
        (
            headers: headers("8448eb211c80319c", "b7ad6b7169203331", "true"),
            span: "00000000000000008448eb211c80319c-b7ad6b7169203331-1"
        ),
        (
            headers: headers("0af7651916cd43dd8448eb211c80319c", " 331\t", "False"),
            span: "0af7651916cd43dd8448eb211c80319c-0000000000000331-0"
        ),
        (headers: headers("1", "2", "1"), span: "00000000000000000000000000000001-0000000000000002-1"),
        (headers: headers("1", "2", "0"), span: "00000000000000000000000000000001-0000000000000002-0"),
        (headers: headers("1", "2", "nonsense"), span: "00000000000000000000000000000001-0000000000000002-0"),
        (
            headers: [("OT-Tracer-TraceId", "1"), ("Ot-Tracer-Spanid", "2"), ("OT-TRACER-SAMPLED", "TRUE")],
            span: "00000000000000000000000000000001-0000000000000002-1"
        ),
        (
            headers: [("ot-tracer-traceid", "1"), ("ot-tracer-spanid", "2")],
            span: "00000000000000000000000000000001-0000000000000002-0"
        ),
    ]

    @Test("reads ids of any length and whether the span is sampled", .matrix(191), arguments: readable)
    func reads(headers: Headers, span: String) {
        let context = self.propagator.extracted(headers).span.context
        #expect("\(context.traceID)-\(context.spanID)-\(context.traceFlags.rawValue)" == span)
        #expect(context.isRemote)
    }

    static let unreadable: [Headers] = [
        [], headers("", "1", "true"), headers("1", "", "true"), headers("0", "1", "true"), headers("1", "0", "true"),
        headers("x", "1", "true"), headers("1", "x", "true"), headers("A", "1", "true"),
        headers("0af7651916cd43dd8448eb211c80319c0", "1", "true"), headers("1", "0b7ad6b7169203331", "true"),
        [("ot-tracer-traceid", "1")], [("ot-tracer-spanid", "1")],
    ]

    @Test("leaves the context as it is without both ids, baggage included", .matrix(191), arguments: unreadable)
    func leaves(headers: Headers) {
        let base = OTelContext(span: self.propagator.extracted(Self.headers("1", "2", "true")).span).with(["old": "1"])
        let context = self.propagator.extracted(headers + [("ot-baggage-a", "1")], in: base)
        #expect(context.span == base.span)
        #expect(context.baggage == ["old": "1"])
    }

    @Test("writes the last 64 bits of the trace's id, and baggage as it is", .matrix(191, 194))
    func writes() {
        let span = OTelSpanContext(
            traceID: OTelTraceID(high: 0x0af7_6519_16cd_43dd, low: 0x8448_eb21_1c80_319c),
            spanID: OTelSpanID(0x331),
            traceFlags: .sampled
        )
        let baggage = OTelBaggage()
            .setting("user", "alice", metadata: "m")
            .setting("plan", "50% off, today; a/b+1")
            .setting("no header", "1")
            .setting("nor-this", "ä")
            .setting("or-this", "a\r\nb")
        let sent = self.propagator.injected(OTelContext(span: OTelSpan(span)).with(baggage))
        let names = ["ot-tracer-traceid", "ot-tracer-spanid", "ot-tracer-sampled"]
        #expect(sent.map(\.name) == names + ["ot-baggage-user", "ot-baggage-plan"])
        #expect(
            sent.map(\.value) == ["8448eb211c80319c", "0000000000000331", "true", "alice", "50% off, today; a/b+1"]
        )
        #expect(self.propagator.fields == names)
        #expect(self.propagator.injected(OTelContext.root.with(baggage)).isEmpty)
        let received = self.propagator.extracted(sent.map { ($0.name, $0.value) })
        #expect(received.baggage == ["user": "alice", "plan": "50% off, today; a/b+1"])
    }

    @Test("reads and writes 64 entries of baggage, the rest is left out")
    func limits() {
        let headers = Self.headers("1", "2", "true")
        let context = self.propagator.extracted(headers + (0..<100).map { ("ot-baggage-k\($0)", "\($0)") })
        #expect(context.baggage.map(\.name) == (0..<64).map { "k\($0)" })
        let many = (0..<100).reduce(OTelBaggage()) { $0.setting("k\($1)", "\($1)") }
        #expect(self.propagator.injected(context.with(many)).count == 3 + 64)
    }

    // What opentelemetry-propagator-ot-trace 0.66b1 (Python) sends: it leaves leading zeros out.
    @Test(
        "reads what opentelemetry-python sends",
        .matrix(191),
        arguments: [
            (traceID: "8448eb211c80319c", spanID: "b7ad6b7169203331", sampled: "true", span: 0xb7ad_6b71_6920_3331),
            (traceID: "8448eb211c80319c", spanID: "3331", sampled: "false", span: 0x3331),
            (traceID: "0000000000000001", spanID: "700000000000000", sampled: "true", span: 0x0700_0000_0000_0000),
        ] as [(traceID: String, spanID: String, sampled: String, span: UInt64)]
    )
    func interoperates(traceID: String, spanID: String, sampled: String, span: UInt64) {
        let baggage = [("ot-baggage-user", "alice"), ("ot-baggage-plan", "50% off, today; ä/ü+1")]
        let context = self.propagator.extracted(Self.headers(traceID, spanID, sampled) + baggage)
        #expect(context.span.traceID.description == "0000000000000000" + traceID)
        #expect(context.span.spanID.value == span)
        #expect(context.span.context.isSampled == (sampled == "true"))
        #expect(context.baggage == ["user": "alice", "plan": "50% off, today; ä/ü+1"])
    }
}
