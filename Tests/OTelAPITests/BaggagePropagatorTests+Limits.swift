import OTelAPI
import Testing

extension BaggagePropagatorTests {
    @Test(
        "carries 180 entries and drops the rest whole, both ways",
        arguments: [(1, 0), (64, 0), (180, 0), (181, 1), (500, 320)]
    )
    func memberLimit(count: Int, dropped: Int) throws {
        let before = OTelW3CBaggagePropagator.droppedMembers
        let baggage = (0..<count).reduce(OTelBaggage()) { $0.setting("key\($1)", "\($1)") }
        let header = try #require(self.header(baggage))
        #expect(header.split(separator: ",").count == count - dropped)
        #expect(OTelW3CBaggagePropagator.droppedMembers == before + dropped)

        let received = self.extract((0..<count).map { "key\($0)=\($0)" }.joined(separator: ",")).baggage
        #expect(received.map(\.name) == (0..<(count - dropped)).map { "key\($0)" })
        #expect(OTelW3CBaggagePropagator.droppedMembers == before + 2 * dropped)
    }

    @Test("carries 8192 bytes and drops the member that would exceed them, both ways", arguments: [8192, 8193])
    func byteLimit(size: Int) {
        let before = OTelW3CBaggagePropagator.droppedMembers
        let fits = size == 8192
        let value = String(repeating: "v", count: size - 2)
        #expect(self.header(["a": value]) == (fits ? "a=\(value)" : nil))
        #expect(self.extract("a=\(value)").baggage.count == (fits ? 1 : 0))

        // 8 bytes stand before the second value: the comma of the first takes 3.
        let rest = String(repeating: "v", count: size - 8)
        #expect(self.header(["a": ",", "b": rest]) == (fits ? "a=%2C,b=\(rest)" : "a=%2C"))
        #expect(self.extract("a=%2C,b=\(rest)").baggage.count == (fits ? 2 : 1))
        #expect(OTelW3CBaggagePropagator.droppedMembers == before + (fits ? 0 : 4))
    }

    @Test("carries the small entries behind one that is too large")
    func skipsLarge() {
        let before = OTelW3CBaggagePropagator.droppedMembers
        let large = String(repeating: "ä", count: 3000)
        #expect(self.header(["a": "1", "large": large, "b": "2"]) == "a=1,b=2")
        #expect(self.header(["huge": String(repeating: "x", count: 10_000_000), "b": "2"]) == "b=2")
        #expect(OTelW3CBaggagePropagator.droppedMembers == before + 2)
    }

    @Test("counts the limits over all headers of a request together")
    func severalHeaders() {
        let carrier = HeaderCarrier((0..<100).map { ("baggage", "a\($0)=1,b\($0)=2,c\($0)=3") })
        let before = OTelW3CBaggagePropagator.droppedMembers
        #expect(self.propagator.extract(from: carrier, in: .root).baggage.count == 180)
        #expect(OTelW3CBaggagePropagator.droppedMembers == before + 120)
    }

    @Test("refuses a header beyond 32 KiB by its length, in one line or in several, and counts it")
    func huge() {
        let before = OTelW3CBaggagePropagator.droppedMembers
        let old = OTelContext.root.with(["old": "1"])
        let padding = String(repeating: " ", count: 32 * 1024 - 3)
        #expect(self.extract("a=1" + padding, in: old).baggage == ["a": "1"])
        #expect(self.extract("a=1", String(padding.dropFirst()), in: old).baggage == ["a": "1"])
        #expect(OTelW3CBaggagePropagator.droppedMembers == before)
        #expect(self.extract("a=1 " + padding, in: old).baggage == ["old": "1"])
        #expect(self.extract("a=1", padding, in: old).baggage == ["old": "1"])
        #expect(self.extract("a=1", padding, "b=2", in: old).baggage == ["old": "1"])
        #expect(OTelW3CBaggagePropagator.droppedMembers == before + 3)
    }

    @Test("looks at no byte of a header that is refused by its length: a thousand of 1 MiB take less than a second")
    func hugeIsCheap() {
        let header = String(repeating: "a=1,", count: 1 << 18)
        let time = ContinuousClock().measure {
            for _ in 0..<1000 { #expect(self.extract(header).baggage.isEmpty) }
        }
        // To look at them would take more than that in any build.
        #expect(time < .seconds(1))
    }

    @Test("takes time in proportion to the size of what is read, and a value of percent signs as it is")
    func worstCases() {
        let time = ContinuousClock().measure {
            for _ in 0..<10 {
                #expect(self.extract(String(repeating: "a,", count: 1 << 14)).baggage.isEmpty)
                #expect(self.extract(String(repeating: ",", count: 1 << 15)).baggage.isEmpty)
                #expect(self.extract(String(repeating: "a=1,", count: 1 << 13)).baggage == ["a": "1"])
            }
        }
        #expect(time < .seconds(2))
        #expect(self.extract("a=" + String(repeating: "%", count: 8000)).baggage["a"]?.utf8.count == 8000)
    }

    private static let pieces = [
        "a=1", "key=value", "a", "b", "Z9", "=", "=", ",", ",", ";", ";", " ", "\t", "%", "%4", "%41", "%ff", "%C3%A4",
        "+",
        "\"", "\\", "\u{0}", "\r\n", "é", "🦊", "p=v", String(repeating: "x", count: 500),
        String(repeating: ",k=v", count: 90),
    ]

    @Test("survives 20 000 hostile headers, and writes what it read so that it reads the same again")
    func fuzz() throws {
        var hostile = HostileHeaders(seed: 3)
        var read = 0
        for round in 0..<20_000 {
            let header =
                round % 2 == 0
                ? hostile.joined(Self.pieces, upTo: 12) : hostile.mutated("a=1,userId = al%20ice ;p=v;q , b=2")
            let baggage = self.extract(header).baggage
            if baggage.isEmpty { continue }
            read += baggage.count
            let written = try #require(self.header(baggage), "\(header.debugDescription)")
            try #require(written.utf8.count <= 8192)
            try #require(written.utf8.allSatisfy { 0x20...0x7e ~= $0 || $0 == 0x09 }, "\(header.debugDescription)")
            try #require(self.extract(written).baggage == baggage, "\(header.debugDescription)")
        }
        #expect(read > 20_000)
    }
}
