import OTelAPI
import TestSupport
import Testing

// Serialized: the counter of dropped members belongs to the process, and only these tests drop any.

@Suite("W3C baggage propagator", .serialized)
struct BaggagePropagatorTests {
    typealias Entry = (name: String, value: String, metadata: String?)

    let propagator = OTelW3CBaggagePropagator()

    func extract(_ headers: String..., in context: OTelContext = .root) -> OTelContext {
        self.propagator.extract(from: HeaderCarrier(headers.map { ("baggage", $0) }), in: context)
    }

    func header(_ baggage: OTelBaggage) -> String? {
        self.propagator.injected(OTelContext.root.with(baggage)).first?.value
    }

    static let readable: [(header: String, entries: [Entry])] = [
        (header: "SomeKey=SomeValue", entries: [("SomeKey", "SomeValue", nil)]),
        (header: "a=1,b=2", entries: [("a", "1", nil), ("b", "2", nil)]),
        (header: " \ta \t=\t 1 \t,\t b \t=\t 2 \t", entries: [("a", "1", nil), ("b", "2", nil)]),
        (header: ",a=1,, \t,b=2,", entries: [("a", "1", nil), ("b", "2", nil)]),
        (header: "a=", entries: [("a", "", nil)]),
        (header: "a=1=2==", entries: [("a", "1=2==", nil)]),
        (header: "a=1,A=2", entries: [("a", "1", nil), ("A", "2", nil)]),
        (header: "a=1,b=2,a=3", entries: [("a", "3", nil), ("b", "2", nil)]),
        (header: "a=1;p", entries: [("a", "1", "p")]),
        (header: "a=1;p=v;q,b=2;r=s", entries: [("a", "1", "p=v;q"), ("b", "2", "r=s")]),
        (
            header: "a \t = \t 1 \t ; \t p \t = \t v \t ; q \t , b=2",
            entries: [("a", "1", "p \t = \t v \t ; q"), ("b", "2", nil)]
        ),
        (header: "a=1;", entries: [("a", "1", nil)]),
        (header: "a=;p", entries: [("a", "", "p")]),
        (header: "a=DF%2028", entries: [("a", "DF 28", nil)]),
        (
            header: "a=%09%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29",
            entries: [("a", "\t \"';=asdf!@#$%^&*()", nil)]
        ),
        (header: "a=%C3%A4%f0%9f%a6%8A", entries: [("a", "ä🦊", nil)]),
        (header: "a=%41%2541+%20", entries: [("a", "A%41+ ", nil)]),
        (
            header: "a=100%,b=%4,c=%zz,d=%%41",
            entries: [("a", "100%", nil), ("b", "%4", nil), ("c", "%zz", nil), ("d", "%A", nil)]
        ),
        (header: "a=%ff,b=x%C3y", entries: [("a", "\u{fffd}", nil), ("b", "x\u{fffd}y", nil)]),
        (header: "!#$%&'*+-.^_`|~09azAZ=1", entries: [("!#$%&'*+-.^_`|~09azAZ", "1", nil)]),
        (header: "%41=1", entries: [("%41", "1", nil)]),
    ]

    @Test("reads the members of a header", .matrix(65, 66), arguments: readable)
    func reads(header: String, entries: [Entry]) {
        let dropped = OTelW3CBaggagePropagator.droppedMembers
        let baggage = self.extract(header).baggage
        #expect(baggage.map(\.name) == entries.map(\.name))
        #expect(baggage.map(\.value) == entries.map(\.value))
        #expect(baggage.map(\.metadata) == entries.map(\.metadata))
        #expect(OTelW3CBaggagePropagator.droppedMembers == dropped)
    }

    @Test(
        "leaves out a member that breaks the grammar, counts it and keeps the others",
        arguments: [
            "a", "=1", " = ", ";", ";p=1", "a b=1", "a\t=1;ä", "ä=1", "a@b=1", "a(=1", "\"a\"=1", "a=b c", "a=\"b\"",
            "a=b\\c",
            "a=ä", "a=\u{7f}", "a=\n", "a=1;\u{0}", "a=1;p\r\nq", "a;b=1",
        ]
    )
    func leavesOut(member: String) {
        let dropped = OTelW3CBaggagePropagator.droppedMembers
        #expect(self.extract("x=1,\(member),y=2").baggage == ["x": "1", "y": "2"])
        #expect(OTelW3CBaggagePropagator.droppedMembers == dropped + 1)
    }

    @Test("joins several headers in their order and finds them in any case", .matrix(66))
    func joins() {
        let carrier = HeaderCarrier([("Baggage", "a=1"), ("other", "x=1"), ("BAGGAGE", "b=2,a=3"), ("baggage", "")])
        #expect(self.propagator.extract(from: carrier, in: .root).baggage.map(\.name) == ["a", "b"])
        #expect(self.propagator.extract(from: carrier, in: .root).baggage == ["a": "3", "b": "2"])
        #expect(self.propagator.extract(from: HeaderCarrier([("bag-gage", "a=1")]), in: .root).baggage.isEmpty)
    }

    @Test("replaces the baggage of the context and keeps the rest")
    func replaces() {
        let span = OTelSpan(OTelSpanContext(traceID: OTelTraceID(high: 1, low: 2), spanID: OTelSpanID(3)))
        let context = OTelContext(span: span).with(["old": "1"]).with(Tenant.self, 7)
        let extracted = self.extract("new=2", in: context)
        #expect(extracted.baggage == ["new": "2"])
        #expect(extracted.span == span)
        #expect(extracted[Tenant.self] == 7)
    }

    @Test("leaves the context as it is without a header, or when no member can be read")
    func keeps() {
        let context = OTelContext.root.with(["old": "1"])
        #expect(self.propagator.extract(from: HeaderCarrier([]), in: context).baggage == ["old": "1"])
        #expect(self.extract("nonsense", in: context).baggage == ["old": "1"])
        #expect(self.extract("nonsense, ä=1", "b c=d", in: context).baggage == ["old": "1"])
    }

    @Test("takes an empty header for empty baggage", arguments: ["", " \t", ",", " , ,"])
    func emptyHeader(header: String) {
        #expect(self.extract(header, in: OTelContext.root.with(["old": "1"])).baggage.isEmpty)
        #expect(self.extract(header).baggage.isEmpty)
    }

    static let written: [(name: String, value: String, header: String)] = [
        (name: "SomeKey", value: "SomeValue", header: "SomeKey=SomeValue"),
        (name: "a", value: "", header: "a="),
        (name: "a", value: "1=2", header: "a=1=2"),
        (name: "a", value: "DF 28", header: "a=DF%2028"),
        (name: "a", value: "\t \",;\\%", header: "a=%09%20%22%2C%3B%5C%25"),
        (name: "a", value: "ä🦊", header: "a=%C3%A4%F0%9F%A6%8A"),
        (name: "a", value: "x\r\ny\u{0}\u{7f}", header: "a=x%0D%0Ay%00%7F"),
        (name: "a", value: "!#$&'()*+-./:<=>?@[]^_`{|}~", header: "a=!#$&'()*+-./:<=>?@[]^_`{|}~"),
        (name: "!#$%&'*+-.^_`|~", value: "1", header: "!#$%&'*+-.^_`|~=1"),
    ]

    @Test("writes values percent-encoded where the grammar asks for it", .matrix(65, 66), arguments: written)
    func writes(name: String, value: String, header: String) {
        let headers = self.propagator.injected(OTelContext.root.with(OTelBaggage().setting(name, value)))
        #expect(headers.map(\.name) == ["baggage"])
        #expect(headers.map(\.value) == [header])
        #expect(self.extract(header).baggage == [name: value])
    }

    @Test("writes entries in their order, with their metadata as it was received")
    func writesMetadata() {
        let header = "a=1;p=v;q=\"x\",b=2,c=3;r \t = s"
        #expect(self.header(self.extract(header).baggage) == header)
        #expect(self.header(OTelBaggage().setting("a", "1", metadata: "ttl=30")) == "a=1;ttl=30")
    }

    @Test("leaves metadata out that would break the header", arguments: ["a,b=2", "x\r\nset-cookie: y", "ä", "\u{0}"])
    func hostileMetadata(metadata: String) {
        #expect(self.header(OTelBaggage().setting("a", "1", metadata: metadata)) == "a=1")
    }

    @Test(
        "leaves out entries whose name is no token, and counts them",
        arguments: ["a b", "ä", "a=b", "a,b", "a;b", "\r\n"]
    )
    func unwritableNames(name: String) {
        let dropped = OTelW3CBaggagePropagator.droppedMembers
        #expect(self.header([name: "1", "x": "2"]) == "x=2")
        #expect(self.header([name: "1"]) == nil)
        #expect(OTelW3CBaggagePropagator.droppedMembers == dropped + 2)
    }
}
