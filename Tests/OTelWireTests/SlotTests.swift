import COTelRuntime
import OTelWire
import TestSupport
import Testing

@Suite("Writing a record into a slot")
struct SlotTests {
    private static func text(_ value: String) -> [UInt8] {
        [0x0a, UInt8(value.utf8.count)] + Array(value.utf8)
    }

    @Test("the last value of a key wins", arguments: [1, 2, 64, 128])
    func lastValueWins(keys: Int) throws {
        let fixture = try SlotFixture()
        for round in 0..<3 {
            for key in 0..<keys { fixture.set("key.\(key)", "round \(round)") }
        }
        #expect(fixture.count == keys)
        #expect(fixture.dropped == 0)
        #expect(Set(fixture.attributes.map(\.key)).count == keys)
        #expect(fixture.attributes.allSatisfy { $0.value == Self.text("round 2") })
    }

    @Test("at the limit new keys are dropped and counted, and known ones still change", arguments: [0, 1, 128])
    func limit(_ limit: Int) throws {
        let fixture = try SlotFixture(attributes: limit)
        for key in 0..<200 { fixture.set("key.\(key)", "old") }
        for key in 0..<200 { fixture.set("key.\(key)", "new") }
        #expect(fixture.attributes.map(\.key).sorted() == (0..<limit).map { "key.\($0)" }.sorted())
        #expect(fixture.attributes.allSatisfy { $0.value == Self.text("new") })
        #expect(fixture.dropped == 2 * (200 - limit))
    }

    @Test("a limit beyond the 128 fingerprints still finds every known key", arguments: [129, 200, 1000])
    func manyKeys(_ limit: Int) throws {
        let fixture = try SlotFixture(attributes: limit)
        for key in 0..<limit { fixture.set("key.\(key)", "old") }
        for key in stride(from: limit - 1, through: 0, by: -3) { fixture.set("key.\(key)", "new") }
        fixture.set("one more", 1)
        #expect(fixture.count == limit)
        #expect(fixture.dropped == 1)
        let byKey = Dictionary(fixture.attributes.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        #expect(byKey.count == limit)
        #expect(fixture.attributes.count == limit)
        for key in 0..<limit {
            #expect(byKey["key.\(key)"] == Self.text((limit - 1 - key) % 3 == 0 ? "new" : "old"))
        }
    }

    @Test("different keys with equal fingerprints do not replace each other")
    func equalFingerprints() throws {
        // A fingerprint is made of the first four bytes, the last four, and the length.
        let keys = (0..<50).map { "same\($0 + 10)tail" }
        let fixture = try SlotFixture()
        for key in keys { fixture.set(key, "old") }
        #expect(fixture.attributes.map(\.key) == keys)
        for key in keys.reversed() { fixture.set(key, "new") }
        #expect(fixture.attributes.map(\.key).sorted() == keys)
        #expect(fixture.attributes.allSatisfy { $0.value == Self.text("new") })
        #expect(fixture.dropped == 0)
    }

    @Test("keys that begin alike, or differ in case only, are different")
    func similarKeys() throws {
        let keys = ["a", "A", "aa", "ab", "b", "abc", "abcd", "abcde", "Abcd", "é", "e", "\u{0}", "\u{0}\u{0}"]
        let fixture = try SlotFixture()
        for _ in 0..<2 {
            for key in keys { fixture.set(key, 1) }
        }
        #expect(Set(fixture.attributes.map(\.key)) == Set(keys))
        #expect(fixture.count == keys.count)
    }

    @Test("an empty key is dropped and counted")
    func emptyKey() throws {
        let fixture = try SlotFixture()
        fixture.set("", "x")
        fixture.set("", 1)
        #expect(fixture.bytes.isEmpty)
        #expect(fixture.dropped == 2)
    }

    @Test(
        "keys and values of every length are written exactly",
        arguments: [0, 1, 59, 60, 61, 109, 110, 111, 119, 120, 121, 127, 128, 300, 2000, 70_000]
    )
    func lengths(_ length: Int) throws {
        let fixture = try SlotFixture()
        let key = "k" + String(repeating: "x", count: length)
        let value = String(repeating: "y", count: length)
        let bytes = key.withWireBytes { pointer, count in
            fixture.slot.setInt(AttributeTag.span, pointer, count, Int64.min)
            fixture.slot.setBool(AttributeTag.span, pointer, count, true)
            fixture.slot.setDouble(AttributeTag.span, pointer, count, 0.5)
            fixture.slot.setInt(AttributeTag.span, pointer, count, 127)
            fixture.slot.setString(AttributeTag.span, pointer, count, value)
            return fixture.bytes
        }
        #expect(Fields.numbers(bytes) == [9])
        #expect(fixture.attributes.map(\.key) == [key])
        #expect(fixture.attributes.first.map { Fields.first($0.value)?.bytes } == Array(value.utf8))
    }

    @Test(
        "numbers are written as protobuf has them",
        arguments: [0, 1, 127, 128, 300, -1, Int.max, Int.min]
    )
    func integers(_ value: Int) throws {
        let fixture = try SlotFixture()
        fixture.set("k", value)
        fixture.set(String(repeating: "k", count: 200), value)
        for attribute in fixture.attributes {
            #expect(attribute.value.first == 0x18)
            #expect(Fields.first(attribute.value)?.varint == UInt64(bitPattern: Int64(value)))
        }
        #expect(fixture.attributes.count == 2)
    }

    @Test("a record that outgrows its block keeps every byte, and the block is used again afterwards")
    func growth() throws {
        let slot: Slot
        do {
            let fixture = try SlotFixture(attributes: 10_000)
            slot = fixture.slot
            for key in 0..<1_000 { fixture.set("key.\(key)", String(repeating: "\(key % 10)", count: key % 90)) }
            #expect(fixture.slot.pointer.pointee.capacity > 4096)
            #expect(fixture.attributes.map(\.key) == (0..<1_000).map { "key.\($0)" })
            let sizes = fixture.attributes.map { Fields.first($0.value)?.bytes?.count }
            #expect(sizes == (0..<1_000).map { $0 % 90 })
        }
        #expect(slot.pointer.pointee.capacity < 2048)
    }

    @Test("a value that would outgrow the record is dropped and counted; later ones that fit are kept")
    func recordBytes() throws {
        let fixture = try SlotFixture(recordBytes: 8_000)
        fixture.set("first", "x")
        fixture.set("huge", String(repeating: "x", count: 8_000))
        for key in 0..<10 { fixture.set("key.\(key)", String(repeating: "x", count: 1_000)) }
        fixture.set("last", 1)
        #expect(fixture.bytes.count <= 8_000)
        #expect(fixture.attributes.first?.key == "first")
        #expect(fixture.attributes.last?.key == "last")
        #expect(fixture.count == fixture.attributes.count)
        #expect(fixture.count + fixture.dropped == 13)
        #expect(fixture.dropped == 4)
    }

    @Test("strings are cut to the limit of characters")
    func truncation() throws {
        let fixture = try SlotFixture(valueLength: 2)
        fixture.set("a", "")
        fixture.set("b", "12")
        fixture.set("c", "123")
        fixture.set("d", "👨‍👩‍👧🇩🇪x")
        #expect(fixture.attributes.map(\.value) == ["", "12", "12", "👨‍👩‍👧🇩🇪"].map(Self.text))
    }

    @Test("a message that is taken back leaves nothing, and removing a field leaves the others")
    func messages() throws {
        let fixture = try SlotFixture(recordBytes: 4096)
        fixture.set("a", 1)
        let before = fixture.bytes
        let mark = try #require(fixture.slot.beginMessage(0x5a))
        let text = Array(repeating: UInt8(7), count: 4096 - before.count - 2 - 11)
        text.withUnsafeBytes { raw in
            if let base = raw.baseAddress { #expect(fixture.slot.putField(0x12, base, raw.count)) }
        }
        fixture.slot.endMessage(mark)
        fixture.slot.removeFields(0x5a)
        #expect(fixture.bytes == before)
        let full = try #require(fixture.slot.beginMessage(0x5a))
        fixture.slot.truncate(to: full - 2)
        #expect(fixture.bytes == before)
    }

    @Test("random sequences of sets agree with a dictionary")
    func model() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<30 {
            let limit = Int.random(in: 1...40, using: &random)
            let fixture = try SlotFixture(attributes: limit)
            var model: [String: [UInt8]] = [:]
            var dropped = 0
            for step in 0..<200 {
                let key = "k" + String(repeating: "x", count: Int.random(in: 0...50, using: &random))
                let value = String(repeating: "v", count: Int.random(in: 0...100, using: &random)) + "\(step)"
                if model[key] != nil || model.count < limit {
                    model[key] = Self.text(value)
                } else {
                    dropped += 1
                }
                fixture.set(key, value)
            }
            #expect(Dictionary(fixture.attributes.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }) == model)
            #expect(fixture.attributes.count == model.count)
            #expect(fixture.dropped == dropped)
        }
    }

    @Test("a finished record cannot be locked, whoever has the slot now")
    func staleGeneration() throws {
        let slot: Slot
        let generation: UInt64
        do {
            let fixture = try SlotFixture()
            (slot, generation) = (fixture.slot, fixture.generation)
            #expect(slot.isAlive(generation: generation))
        }
        #expect(!slot.isAlive(generation: generation))
        #expect(!slot.lock(generation: generation))
        #expect(!slot.lock(generation: generation &+ 5))
        let next = try SlotFixture()
        #expect(next.generation > 0)
        if next.slot.pointer == slot.pointer { #expect(next.generation == generation + 1) }
        #expect(!slot.lock(generation: generation))
    }

    @Test("writers exclude each other")
    func lockConcurrentSafe() throws {
        let fixture = try SlotFixture()
        let (slot, generation) = (fixture.slot, fixture.generation)
        slot.unlock(generation: generation)
        Threads.run(4) { thread in
            for index in 0..<2_000 where slot.lock(generation: generation) {
                "key.\(index % 10)".withWireBytes { slot.setInt(AttributeTag.span, $0, $1, Int64(thread)) }
                slot.unlock(generation: generation)
            }
        }
        #expect(slot.lock(generation: generation))
        #expect(Set(fixture.attributes.map(\.key)) == Set((0..<10).map { "key.\($0)" }))
        #expect(fixture.count == 10)
    }
}
