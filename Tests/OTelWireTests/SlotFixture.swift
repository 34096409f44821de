import COTelRuntime
import OTelWire
import Testing

/// A slot that a test writes to, with limits of its own.
final class SlotFixture {
    let slot: Slot
    let generation: UInt64
    private let limits: UnsafeMutablePointer<cotel_limits>

    init(attributes: Int = 128, recordBytes: Int = 3 << 20, valueLength: UInt32 = .max) throws {
        self.slot = try #require(SlotPool.take(cotel_thread_get()))
        self.generation = self.slot.generation
        self.limits = .allocate(capacity: 1)
        self.limits.initialize(
            to: cotel_limits(
                attributes: UInt32(attributes),
                events: 128,
                links: 128,
                value_depth: 64,
                value_length: valueLength,
                record_bytes: UInt32(recordBytes)
            )
        )
        let record = self.slot.pointer
        record.pointee.length = 0
        record.pointee.bloom = 0
        record.pointee.attribute_count = 0
        record.pointee.attributes_dropped = 0
        record.pointee.limits = UnsafePointer(self.limits)
        try #require(self.slot.lock(generation: self.generation))
    }

    deinit {
        SlotPool.give(self.slot, generation: self.generation, cotel_thread_get())
        self.limits.deallocate()
    }

    func set(_ key: String, _ value: String) {
        key.withWireBytes { self.slot.setString(AttributeTag.span, $0, $1, value) }
    }

    func set(_ key: String, _ value: Int) {
        key.withWireBytes { self.slot.setInt(AttributeTag.span, $0, $1, Int64(value)) }
    }

    var dropped: Int { Int(self.slot.pointer.pointee.attributes_dropped) }
    var count: Int { Int(self.slot.pointer.pointee.attribute_count) }
    var bytes: [UInt8] { Array(self.slot.bytes) }

    /// Keys and the bytes of their values, in the order of the record.
    var attributes: [(key: String, value: [UInt8])] {
        let (fields, isMalformed) = Fields.all(self.bytes)
        #expect(!isMalformed)
        return fields.filter { $0.number == 9 }.map { field in
            let pair = Fields.all(field.value.bytes ?? []).fields
            let key = String(decoding: pair.first?.value.bytes ?? [], as: UTF8.self)
            return (key, pair.last?.value.bytes ?? [])
        }
    }
}
