import OTelAPI
import TestSupport
import Testing

@Suite("B3 propagator")
struct B3PropagatorTests {
    typealias Headers = [(String, String)]

    static let traceID = "0af7651916cd43dd8448eb211c80319c"
    static let shortID = "8448eb211c80319c"
    static let spanID = "b7ad6b7169203331"

    let single = OTelB3Propagator()
    let multiple = OTelB3Propagator(.multipleHeaders)

    /// The span that headers tell about, as in the header `b3`; both formats read the same.
    func read(_ headers: Headers) -> String? {
        let contexts = [self.single.extracted(headers), self.multiple.extracted(headers)]
        #expect(contexts[0].span.context == contexts[1].span.context)
        #expect(!contexts[0].span.isValid || contexts[0].span.context.isRemote)
        return self.single.injected(contexts[0]).first?.value
    }

    static let readable: [(headers: Headers, span: String)] = [
        (headers: [("b3", "\(traceID)-\(spanID)-1")], span: "\(traceID)-\(spanID)-1"),
        (headers: [("B3", " \t\(traceID)-\(spanID)-0 ")], span: "\(traceID)-\(spanID)-0"),
        (headers: [("b3", "\(traceID)-\(spanID)-d")], span: "\(traceID)-\(spanID)-d"),
        (headers: [("b3", "\(traceID)-\(spanID)")], span: "\(traceID)-\(spanID)-0"),
        (headers: [("b3", "\(traceID)-\(spanID)-1-0000000000000001")], span: "\(traceID)-\(spanID)-1"),
        (headers: [("b3", "\(shortID)-\(spanID)-1")], span: "0000000000000000\(shortID)-\(spanID)-1"),
        (
            headers: [("X-B3-TraceId", traceID), ("X-B3-SpanId", spanID), ("X-B3-Sampled", "1")],
            span: "\(traceID)-\(spanID)-1"
        ),
        (
            headers: [("x-b3-traceid", shortID), ("x-b3-spanid", spanID), ("x-b3-sampled", "0")],
            span: "0000000000000000\(shortID)-\(spanID)-0"
        ),
        (
            headers: [("x-b3-traceid", traceID), ("x-b3-spanid", " \(spanID) "), ("x-b3-sampled", "true")],
            span: "\(traceID)-\(spanID)-1"
        ),
        (
            headers: [("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-sampled", "false")],
            span: "\(traceID)-\(spanID)-0"
        ),
        (headers: [("x-b3-traceid", traceID), ("x-b3-spanid", spanID)], span: "\(traceID)-\(spanID)-0"),
        (
            headers: [("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-flags", "1")],
            span: "\(traceID)-\(spanID)-d"
        ),
        (
            headers: [
                ("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-sampled", "0"), ("x-b3-flags", "1"),
                ("x-b3-parentspanid", "nonsense"),
            ],
            span: "\(traceID)-\(spanID)-d"
        ),
        (
            headers: [("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-flags", "0")],
            span: "\(traceID)-\(spanID)-0"
        ),
        // The single header first, and what is not valid passed over.
        (
            headers: [("x-b3-traceid", shortID), ("x-b3-spanid", spanID), ("b3", "\(traceID)-\(spanID)-1")],
            span: "\(traceID)-\(spanID)-1"
        ),
        (
            headers: [("b3", "nonsense"), ("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-sampled", "1")],
            span: "\(traceID)-\(spanID)-1"
        ),
    ]

    @Test("reads the single header, then the multiple ones", .matrix(189), arguments: readable)
    func reads(headers: Headers, span: String) {
        #expect(self.read(headers) == span)
    }

    static let unreadable: [Headers] = [
        [], [("b3", "")], [("b3", "0")], [("b3", "1")], [("b3", "d")], [("b3", "x")], [("b3", "-")], [("b3", "--")],
        [("b3", traceID)], [("b3", "\(traceID)-")], [("b3", "-\(spanID)-1")], [("b3", "\(traceID)-\(spanID)-2")],
        [("b3", "\(traceID)-\(spanID)-")], [("b3", "\(traceID)-\(spanID)-true")], [("b3", "\(traceID)-\(spanID)-D")],
        [("b3", "\(traceID)-\(spanID)-1-")], [("b3", "\(traceID)-\(spanID)-1-1")],
        [("b3", "\(traceID)-\(spanID)-1-\(spanID)-")], [("b3", "\(traceID)-\(spanID)-1-000000000000000g")],
        [("b3", "0\(traceID)-\(spanID)-1")], [("b3", "\(traceID.dropFirst())-\(spanID)-1")],
        [("b3", "\(traceID)-0\(spanID)-1")], [("b3", "\(traceID)-\(spanID.dropFirst())-1")],
        [("b3", "\(traceID.uppercased())-\(spanID)-1")], [("b3", "\(traceID)-\(spanID.uppercased())-1")],
        [("b3", "00000000000000000000000000000000-\(spanID)-1")], [("b3", "0000000000000000-\(spanID)-1")],
        [("b3", "\(traceID)-0000000000000000-1")], [("b3", "\(traceID)_\(spanID)_1")], [("b3", "ä-\(spanID)-1")],
        [("x-b3-traceid", traceID)], [("x-b3-spanid", spanID)], [("x-b3-sampled", "1")], [("x-b3-flags", "1")],
        [("x-b3-traceid", ""), ("x-b3-spanid", spanID)], [("x-b3-traceid", "1"), ("x-b3-spanid", spanID)],
        [("x-b3-traceid", traceID), ("x-b3-spanid", "1")],
        [("x-b3-traceid", traceID), ("x-b3-spanid", "0000000000000000")],
        [("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-sampled", "maybe")],
        [("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-sampled", "")],
        // A decision is valid without ids, and comes first.
        [("b3", "0"), ("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-sampled", "1")],
    ]

    @Test("leaves the context as it is when there is no span in the headers", .matrix(189), arguments: unreadable)
    func leaves(headers: Headers) {
        #expect(self.read(headers) == nil)
        let base = self.single.extracted([("b3", "\(Self.traceID)-\(Self.spanID)-d")]).with(Tenant.self, 7)
        let context = self.single.extracted(headers, in: base)
        #expect(self.single.injected(context).first?.value == "\(Self.traceID)-\(Self.spanID)-d")
        #expect(context[Tenant.self] == 7)
    }

    @Test("makes a span of debug a sampled one, and forgets debug with the next caller", .matrix(189))
    func debug() {
        let debugged = self.single.extracted([("b3", "\(Self.traceID)-\(Self.spanID)-d")])
        #expect(debugged.span.context.isSampled)
        // A span of this process, as a child of the caller's.
        let child = OTelSpanContext(traceID: debugged.span.traceID, spanID: OTelSpanID(1), traceFlags: .sampled)
        let sent = self.single.injected(debugged.with(OTelSpan(child)))
        #expect(sent.map(\.value) == ["\(Self.traceID)-0000000000000001-d"])
        let next = self.single.extracted([("b3", "\(Self.traceID)-\(Self.spanID)-1")], in: debugged)
        #expect(self.single.injected(next).map(\.value) == ["\(Self.traceID)-\(Self.spanID)-1"])
    }

    static let writable: [(state: String, multiple: Headers)] = [
        (state: "1", multiple: [("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-sampled", "1")]),
        (state: "0", multiple: [("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-sampled", "0")]),
        (state: "d", multiple: [("x-b3-traceid", traceID), ("x-b3-spanid", spanID), ("x-b3-flags", "1")]),
    ]

    @Test("writes the format that it is made for, never the id of a parent", .matrix(189, 194), arguments: writable)
    func writes(state: String, multiple: Headers) {
        let context = self.single.extracted([("b3", "\(Self.traceID)-\(Self.spanID)-\(state)-0000000000000007")])
        let single = self.single.injected(context)
        #expect(single.map(\.name) == ["b3"])
        #expect(single.map(\.value) == ["\(Self.traceID)-\(Self.spanID)-\(state)"])
        let headers = self.multiple.injected(context)
        #expect(headers.map(\.name) == multiple.map(\.0) && headers.map(\.value) == multiple.map(\.1))
        #expect(self.read(multiple) == single[0].value)
        #expect(headers.allSatisfy { self.multiple.fields.contains($0.name) })
    }

    @Test("names the headers of the format that it writes, and writes none without a span", .matrix(189, 194))
    func fields() {
        #expect(self.single.fields == ["b3"])
        #expect(self.multiple.fields == ["x-b3-traceid", "x-b3-spanid", "x-b3-sampled", "x-b3-flags"])
        #expect(self.single.injected(.root).isEmpty && self.multiple.injected(.root).isEmpty)
    }

    // What opentelemetry-propagator-b3 1.45.1 (Python) sends for three spans.
    static let sentByPython: [(single: String, multiple: [String])] = [
        (
            single: "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            multiple: ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "1"]
        ),
        (
            single: "00000000000000008448eb211c80319c-0000000000003331-0",
            multiple: ["00000000000000008448eb211c80319c", "0000000000003331", "0"]
        ),
        (
            single: "00000000000000ff0000000000000001-0700000000000000-1",
            multiple: ["00000000000000ff0000000000000001", "0700000000000000", "1"]
        ),
    ]

    @Test("reads and writes what opentelemetry-python does", .matrix(189), arguments: sentByPython)
    func interoperates(single: String, multiple: [String]) {
        let names = ["x-b3-traceid", "x-b3-spanid", "x-b3-sampled"]
        #expect(self.read([("b3", single)]) == single)
        #expect(self.read(Array(zip(names, multiple))) == single)
        #expect(self.multiple.injected(self.single.extracted([("b3", single)])).map(\.value) == multiple)
    }
}
