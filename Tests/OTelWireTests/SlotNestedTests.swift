import COTelRuntime
import OTelWire
import TestSupport
import Testing

@Suite("Attributes of a message inside of a record")
struct SlotNestedTests {
    /// Writes an event with `limit` attributes at most; its fields and how many were dropped.
    private static func event(
        _ fixture: SlotFixture,
        limit: Int,
        _ write: (Slot) -> Void
    ) -> (keys: [String], dropped: Int)? {
        var limits = fixture.slot.pointer.pointee.limits.map(\.pointee) ?? cotel_limits()
        limits.attributes = UInt32(limit) + Slot.nestedBase
        let before = fixture.bytes.count
        let dropped = withUnsafePointer(to: limits) { limits -> UInt32? in
            guard let mark = fixture.slot.beginMessage(0x5a) else { return nil }
            let outer = fixture.slot.beginNestedAttributes(limits)
            write(fixture.slot)
            let dropped = fixture.slot.endNestedAttributes(outer)
            if dropped > 0 { fixture.slot.putCount(0x20, dropped) }
            fixture.slot.endMessage(mark)
            return dropped
        }
        guard let dropped else { return nil }
        let message = Fields.first(Array(fixture.bytes.dropFirst(before)))?.bytes ?? []
        let (fields, isMalformed) = Fields.all(message)
        #expect(!isMalformed)
        #expect((fields.last { $0.number == 4 }?.value.varint ?? 0) == UInt64(dropped))
        let keys = fields.filter { $0.number == 3 }.map { field in
            String(decoding: Fields.first(field.value.bytes ?? [])?.bytes ?? [], as: UTF8.self)
        }
        return (keys, Int(dropped))
    }

    private static func set(_ slot: Slot, _ key: String, _ value: String) {
        key.withWireBytes { slot.setString(AttributeTag.event, $0, $1, value) }
    }

    @Test("have a limit, last values and a count of their own", arguments: [0, 1, 10, 128, 300])
    func own(limit: Int) throws {
        let fixture = try SlotFixture()
        fixture.set("key.0", "own")
        let event = Self.event(fixture, limit: limit) { slot in
            for round in 0..<2 {
                for key in 0..<limit + 3 { Self.set(slot, "key.\(key)", "round \(round)") }
            }
        }
        #expect(event?.keys.sorted() == (0..<limit).map { "key.\($0)" }.sorted())
        #expect(event?.dropped == 6)
        #expect(fixture.count == 1 && fixture.dropped == 0)
        #expect(fixture.attributes.map(\.key) == ["key.0"])
    }

    @Test("leave the record's own counters, limits and fingerprints alone", arguments: [0, 5, 127, 128, 129, 400])
    func outer(count: Int) throws {
        let fixture = try SlotFixture(attributes: 500)
        for key in 0..<count { fixture.set("key.\(key)", "old") }
        let record = fixture.slot.pointer
        let (bloom, limits) = (record.pointee.bloom, record.pointee.limits)
        let event = Self.event(fixture, limit: 1_000) { slot in
            for key in 0..<count + 5 { Self.set(slot, "key.\(key)", String(repeating: "v", count: key)) }
            Self.set(slot, "", "an empty key")
        }
        #expect(event?.keys.count == count + 5 && event?.dropped == 1)
        #expect(record.pointee.bloom == bloom && record.pointee.limits == limits)
        #expect(record.pointee.nested_start == 0)
        #expect(fixture.count == count && fixture.dropped == 0)
        for key in 0..<count { fixture.set("key.\(key)", "new") }
        fixture.set("another", "x")
        #expect(fixture.count == count + 1)
        #expect(fixture.attributes.count == count + 1)
        #expect(Set(fixture.attributes.map(\.key)).count == count + 1)
        #expect(fixture.attributes.dropLast().allSatisfy { $0.value == [0x0a, 3] + Array("new".utf8) })
    }

    @Test("that find no room are counted, and the message stays whole")
    func full() throws {
        let fixture = try SlotFixture(recordBytes: 4_096)
        let event = Self.event(fixture, limit: 1_000) { slot in
            for key in 0..<100 { Self.set(slot, "key.\(key)", String(repeating: "v", count: 100)) }
        }
        let keys = try #require(event?.keys)
        #expect(keys.count > 20 && keys.count + (event?.dropped ?? 0) == 100)
        #expect(keys == (0..<keys.count).map { "key.\($0)" })
        #expect(fixture.bytes.count <= 4_096 + 16)
        #expect(fixture.dropped == 0)
    }

    @Test("an attribute that is cut out is gone, and its key can be set anew", arguments: [1, 2, 128, 130, 200])
    func remove(count: Int) throws {
        let fixture = try SlotFixture(attributes: 500)
        for key in 0..<count { fixture.set("key.\(key)", "old") }
        let remove: (String) -> Bool = { key in
            key.withWireBytes { fixture.slot.removeAttribute(AttributeTag.span, $0, $1) }
        }
        let holds: (String) -> Bool = { key in key.withWireBytes { fixture.slot.holds(AttributeTag.span, $0, $1) } }
        #expect(holds("key.0") && !holds("none") && !holds("") && !holds("key."))
        #expect(remove("key.0"))
        #expect(!holds("key.0") && !remove("key.0") && !remove("none") && !remove(""))
        #expect(fixture.count == count - 1 && fixture.dropped == 0)
        fixture.set("key.0", "new")
        for key in 1..<max(count, 1) { fixture.set("key.\(key)", "new") }
        #expect(fixture.attributes.count == count && fixture.count == count)
        #expect(Set(fixture.attributes.map(\.key)).count == count)
        #expect(fixture.attributes.allSatisfy { $0.value == [0x0a, 3] + Array("new".utf8) })
    }
}
