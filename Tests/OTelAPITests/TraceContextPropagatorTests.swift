import OTelAPI
import TestSupport
import Testing

// The cases are those of the W3C's conformance suite for trace context, and what it leaves open.

@Suite("W3C trace context propagator")
struct TraceContextPropagatorTests {
    static let traceID = "12345678901234567890123456789012"
    static let spanID = "1234567890123456"
    static let traceParent = "00-12345678901234567890123456789012-1234567890123456-01"

    let propagator = OTelW3CTraceContextPropagator()

    func extract(_ headers: (String, String)..., in context: OTelContext = .root) -> OTelSpanContext {
        self.propagator.extract(from: HeaderCarrier(headers), in: context).span.context
    }

    static let valid: [(header: String, flags: UInt8)] = [
        (header: "00-\(traceID)-\(spanID)-01", flags: 0x01),
        (header: "00-\(traceID)-\(spanID)-00", flags: 0x00),
        (header: "00-\(traceID)-\(spanID)-02", flags: 0x02),
        (header: "00-\(traceID)-\(spanID)-03", flags: 0x03),
        (header: "00-\(traceID)-\(spanID)-ff", flags: 0x03),
        (header: "00-\(traceID)-\(spanID)-fc", flags: 0x00),
        (header: " 00-\(traceID)-\(spanID)-01", flags: 0x01),
        (header: "\t00-\(traceID)-\(spanID)-01", flags: 0x01),
        (header: "00-\(traceID)-\(spanID)-01 ", flags: 0x01),
        (header: "00-\(traceID)-\(spanID)-01\t", flags: 0x01),
        (header: "\t 00-\(traceID)-\(spanID)-01 \t", flags: 0x01),
        (header: "01-\(traceID)-\(spanID)-01", flags: 0x01),
        (header: "fe-\(traceID)-\(spanID)-01", flags: 0x01),
        (header: "cc-\(traceID)-\(spanID)-01", flags: 0x01),
        (header: "cc-\(traceID)-\(spanID)-03-", flags: 0x03),
        (header: "cc-\(traceID)-\(spanID)-01-what-the-future-will-be-like", flags: 0x01),
    ]

    @Test(
        "continues the trace of a valid traceparent",
        .matrix(18, 188),
        arguments: valid
    )
    func continues(header: String, flags: UInt8) {
        let context = self.extract(("traceparent", header))
        #expect(context.traceID.description == Self.traceID)
        #expect(context.spanID.description == Self.spanID)
        #expect(context.traceFlags.rawValue == flags)
        #expect(context.traceState.isEmpty)
        #expect(context.isRemote)
    }

    static let invalid: [String] = [
        "", " ", "-", "---", "00", "00-\(traceID)-\(spanID)", "00-\(traceID)-\(spanID)-",
        "00-\(traceID)-\(spanID)-01.", "00-\(traceID)-\(spanID)-01-", "00-\(traceID)-\(spanID)-01,",
        "00-\(traceID)-\(spanID)-01-what-the-future-will-be-like", "00-\(traceID)-\(spanID)-01 01",
        "cc-\(traceID)-\(spanID)-01.what-the-future-will-be-like", "cc-\(traceID)-\(spanID)-010",
        "cc-\(traceID)-\(spanID)-0", "cc-\(traceID)-\(spanID)-", "ff-\(traceID)-\(spanID)-01",
        "ff-\(traceID)-\(spanID)-01-", ".0-\(traceID)-\(spanID)-01", "0.-\(traceID)-\(spanID)-01",
        "Cc-\(traceID)-\(spanID)-01", "000-\(traceID)-\(spanID)-01", "0000-\(traceID)-\(spanID)-01",
        "0-\(traceID)-\(spanID)-01", "00-00000000000000000000000000000000-\(spanID)-01",
        "00-.2345678901234567890123456789012-\(spanID)-01", "00-1234567890123456789012345678901.-\(spanID)-01",
        "00-1234567890123456789012345678901A-\(spanID)-01", "00-123456789012345678901234567890123-\(spanID)-01",
        "00-1234567890123456789012345678901-\(spanID)-01", "00-\(traceID)-0000000000000000-01",
        "00-\(traceID)-.234567890123456-01", "00-\(traceID)-123456789012345.-01",
        "00-\(traceID)-123456789012345F-01", "00-\(traceID)-12345678901234567-01", "00-\(traceID)-123456789012345-01",
        "00-\(traceID)-\(spanID)-.0", "00-\(traceID)-\(spanID)-0.", "00-\(traceID)-\(spanID)-0A",
        "00-\(traceID)-\(spanID)-001", "00-\(traceID)-\(spanID)-1", "00_\(traceID)-\(spanID)-01",
        "00-\(traceID)_\(spanID)-01", "00-\(traceID)-\(spanID)_01", "\n00-\(traceID)-\(spanID)-01",
        "00-\(traceID)-\(spanID)-01\r\n", "\u{a0}00-\(traceID)-\(spanID)-01",
    ]

    @Test(
        "takes nothing from a traceparent that is not valid",
        .matrix(18),
        arguments: invalid
    )
    func refuses(header: String) {
        #expect(!self.extract(("traceparent", header), ("tracestate", "foo=1")).isValid)
    }

    @Test(
        "finds the headers in any case and under no other name",
        .matrix(18, 188),
        arguments: [
            (parent: "traceparent", state: "tracestate", isFound: true),
            (parent: "TraceParent", state: "TraceState", isFound: true),
            (parent: "TrAcEpArEnT", state: "TrAcEsTaTe", isFound: true),
            (parent: "TRACEPARENT", state: "TRACESTATE", isFound: true),
            (parent: "trace-parent", state: "trace-state", isFound: false),
            (parent: "trace.parent", state: "trace.state", isFound: false),
        ]
    )
    func names(parent: String, state: String, isFound: Bool) {
        let context = self.extract((parent, Self.traceParent), (state, "foo=1"))
        #expect(context.isValid == isFound)
        #expect(self.extract(("traceparent", Self.traceParent), (state, "foo=1")).traceState.isEmpty == !isFound)
    }

    @Test("takes nothing when there are several traceparents, be they the same")
    func duplicates() {
        let other = "00-12345678901234567890123456789011-1234567890123456-01"
        #expect(!self.extract(("traceparent", other), ("traceparent", Self.traceParent)).isValid)
        #expect(!self.extract(("traceparent", Self.traceParent), ("Traceparent", Self.traceParent)).isValid)
        #expect(!self.extract(("traceparent", Self.traceParent), ("traceparent", "")).isValid)
        #expect(!self.extract(("traceparent", ""), ("traceparent", Self.traceParent)).isValid)
        #expect(!self.extract(("traceparent", "\(Self.traceParent),\(Self.traceParent)")).isValid)
    }

    static let joined: [(headers: [String], expected: String)] = [
        (headers: [], expected: ""),
        (headers: [""], expected: ""),
        (headers: ["foo=1"], expected: "foo=1"),
        (headers: ["foo=1,bar=2"], expected: "foo=1,bar=2"),
        (headers: ["foo=1", ""], expected: "foo=1"),
        (headers: ["", "foo=1"], expected: "foo=1"),
        (headers: ["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], expected: "foo=1,bar=2,rojo=1,congo=2,baz=3"),
        (headers: ["foo=1", "foo=2"], expected: "foo=1,foo=2"),
        (headers: ["foo=1 \t , \t bar=2, \t baz=3"], expected: "foo=1,bar=2,baz=3"),
        (
            headers: ["foo=1", String(repeating: "z", count: 256) + "=1"],
            expected: "foo=1,\(String(repeating: "z", count: 256))=1"
        ),
    ]

    @Test(
        "joins the tracestate headers in their order",
        .matrix(18),
        arguments: joined
    )
    func states(headers: [String], expected: String) {
        let carrier = HeaderCarrier([("traceparent", Self.traceParent)] + headers.map { ("tracestate", $0) })
        let context = self.propagator.extract(from: carrier, in: .root).span.context
        #expect(context.traceID.description == Self.traceID)
        #expect(context.traceState.description == expected)
    }

    static let invalidStates: [[String]] = [
        ["foo =1"], ["FOO=1"], ["foo.bar=1"], ["@foo=1,bar=2"], ["foo=bar=baz"], ["foo=,bar=3"],
        ["foo=1", String(repeating: "z", count: 257) + "=1"], ["foo=1", "bar"],
        [TraceStateTests.members(33).joined(separator: ",")],
        [TraceStateTests.members(32).joined(separator: ","), "bar33=33"],
    ]

    @Test(
        "discards a tracestate that is not valid, all of it, and keeps the traceparent",
        .matrix(18),
        arguments: invalidStates
    )
    func discardsState(headers: [String]) {
        let carrier = HeaderCarrier([("traceparent", Self.traceParent)] + headers.map { ("tracestate", $0) })
        let context = self.propagator.extract(from: carrier, in: .root).span.context
        #expect(context.traceID.description == Self.traceID)
        #expect(context.traceState.isEmpty)
    }

    @Test("keeps 32 members that come in several headers")
    func memberLimit() {
        let members = TraceStateTests.members(32)
        let context = self.extract(
            ("traceparent", Self.traceParent),
            ("tracestate", members[..<10].joined(separator: ",")),
            ("tracestate", members[10...].joined(separator: ","))
        )
        #expect(context.traceState.description == members.joined(separator: ","))
    }

    @Test("leaves the context as it is when there is nothing to read in the headers")
    func keepsContext() {
        let span = OTelSpan(OTelSpanContext(traceID: OTelTraceID(high: 1, low: 2), spanID: OTelSpanID(3)))
        let context = OTelContext(span: span).with(["a": "b"]).with(Tenant.self, 7)
        for parent in [nil] + Self.invalid {
            let headers = (parent.map { [("traceparent", $0)] } ?? []) + [("tracestate", "foo=1")]
            let extracted = self.propagator.extract(from: HeaderCarrier(headers), in: context)
            #expect(extracted.span.context == span.context)
            #expect(extracted.baggage == ["a": "b"])
            #expect(extracted[Tenant.self] == 7)
        }
    }

    @Test("replaces the span and keeps the rest of the context")
    func replacesSpan() {
        let span = OTelSpan(OTelSpanContext(traceID: OTelTraceID(high: 1, low: 2), spanID: OTelSpanID(3)))
        let context = OTelContext(span: span).with(["a": "b"]).with(Tenant.self, 7)
        let carrier = HeaderCarrier([("traceparent", Self.traceParent)])
        let extracted = self.propagator.extract(from: carrier, in: context)
        #expect(extracted.span.traceID.description == Self.traceID)
        #expect(!extracted.span.isRecording)
        #expect(extracted.baggage == ["a": "b"])
        #expect(extracted[Tenant.self] == 7)
    }

    @Test(
        "sets traceparent in version 00 with the flags that it knows",
        .matrix(18, 188),
        arguments: [(flags: 0x00, sent: "00"), (0x01, "01"), (0x02, "02"), (0x03, "03"), (0xff, "03"), (0xfc, "00")]
    )
    func injects(flags: UInt8, sent: String) {
        let context = OTelSpanContext(
            traceID: OTelTraceID(high: 0x0af7_6519_16cd_43dd, low: 0x8448_eb21_1c80_319c),
            spanID: OTelSpanID(0xb7ad_6b71_6920_3331),
            traceFlags: OTelTraceFlags(rawValue: flags)
        )
        let headers = self.propagator.injected(OTelContext(span: OTelSpan(context)))
        #expect(headers.map(\.name) == ["traceparent"])
        #expect(headers.map(\.value) == ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\(sent)"])
    }

    @Test("sets tracestate as it was received", .matrix(18, 188), arguments: ["foo=1", "foo=1,bar= 2,foo=3"])
    func injectsState(state: String) {
        let carrier = HeaderCarrier([("traceparent", Self.traceParent), ("tracestate", state)])
        let headers = self.propagator.injected(self.propagator.extract(from: carrier, in: .root))
        #expect(headers.map(\.name) == ["traceparent", "tracestate"])
        #expect(headers.map(\.value) == [Self.traceParent, state])
    }

    @Test("sets nothing without a valid span")
    func injectsNothing() throws {
        let state = try #require(OTelTraceState("foo=1"))
        let invalid = [
            OTelSpanContext(traceID: .invalid, spanID: OTelSpanID(1), traceState: state),
            OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: .invalid, traceState: state),
        ]
        #expect(self.propagator.injected(.root).isEmpty)
        for context in invalid { #expect(self.propagator.injected(OTelContext(span: OTelSpan(context))).isEmpty) }
    }

    /// Members of the given lengths, and the places of those that are passed on.
    static let truncations: [(lengths: [Int], kept: [Int])] = [
        (lengths: [100, 200, 210], kept: [0, 1, 2]),
        (lengths: [100, 200, 211], kept: [0, 1]),
        (lengths: [211, 200, 100], kept: [0, 2]),
        (lengths: [258, 258], kept: [0]),
        (lengths: [128, 128, 128, 125], kept: [0, 1, 2, 3]),
        (lengths: [128, 128, 128, 126], kept: [0, 1, 2]),
        (lengths: [129, 128, 128, 128], kept: [1, 2, 3]),
        (lengths: [128, 129, 128, 128], kept: [0, 2, 3]),
        (lengths: [200, 128, 128, 128, 128], kept: [1, 2, 3]),
        (lengths: [200, 200, 110, 10], kept: [0, 2, 3]),
    ]

    @Test(
        "passes on up to 512 characters of tracestate, giving up long members first, then those at the right",
        arguments: truncations
    )
    func truncates(lengths: [Int], kept: [Int]) throws {
        let members = lengths.enumerated().map { "k\($0)=" + String(repeating: "x", count: $1 - 3) }
        let state = try #require(OTelTraceState(members.joined(separator: ",")))
        let expected = kept.map { members[$0] }.joined(separator: ",")
        let span = OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1), traceState: state)
        let sent = try #require(self.propagator.injected(OTelContext(span: OTelSpan(span))).last)
        #expect(sent.value == expected)
        let received = self.extract(("traceparent", Self.traceParent), ("tracestate", state.description))
        #expect(received.traceState.description == expected)
    }

    @Test("sets the fields that it names", .matrix(194))
    func fields() throws {
        #expect(self.propagator.fields == ["traceparent", "tracestate"])
        let state = try #require(OTelTraceState("foo=1"))
        let span = OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1), traceState: state)
        #expect(self.propagator.injected(OTelContext(span: OTelSpan(span))).map(\.name) == self.propagator.fields)
        #expect(OTelW3CBaggagePropagator().fields == ["baggage"])
    }
}

/// A value of the application's own in the context.
enum Tenant: OTelContextKey {
    typealias Value = Int
}
