package import COTelRuntime

// The attributes of an event or a link are written like those of the record itself, by the same code: while the nested
// message is open it has the record's counters, and its own limits. The count starts beyond the fingerprints, so that
// those of the record stay, and a full bloom word sends every key to the comparison with those of the message.
extension Slot {
    /// What nested attributes are counted from; limits of nested messages are this much higher than they say.
    package static var nestedBase: UInt32 { UInt32(COTEL_SLOT_FINGERPRINTS) + 1 }

    /// The record's own counters while a nested message has their place.
    @usableFromInline package struct Outer {
        let bloom: UInt64
        let attributes: UInt32
        let dropped: UInt32
        let limits: UnsafePointer<cotel_limits>?
    }

    /// From here on attributes belong to the open nested message, until `endNestedAttributes`.
    @inline(__always)
    package func beginNestedAttributes(_ limits: UnsafePointer<cotel_limits>) -> Outer {
        let slot = self.pointer
        let outer = Outer(
            bloom: slot.pointee.bloom,
            attributes: slot.pointee.attribute_count,
            dropped: slot.pointee.attributes_dropped,
            limits: slot.pointee.limits
        )
        slot.pointee.bloom = .max
        slot.pointee.attribute_count = Self.nestedBase
        slot.pointee.attributes_dropped = 0
        slot.pointee.limits = limits
        slot.pointee.nested_start = slot.pointee.length
        return outer
    }

    /// Gives the record its counters back; returns how many attributes of the nested message were dropped.
    @inline(__always)
    package func endNestedAttributes(_ outer: Outer) -> UInt32 {
        let slot = self.pointer
        let dropped = slot.pointee.attributes_dropped
        slot.pointee.bloom = outer.bloom
        slot.pointee.attribute_count = outer.attributes
        slot.pointee.attributes_dropped = outer.dropped
        slot.pointee.limits = outer.limits
        slot.pointee.nested_start = 0
        return dropped
    }

    /// A count at the end of a message, beyond the record's limit if need be.
    package func putCount(_ tag: UInt8, _ count: UInt32) {
        self.commit(Wire.putVarint(UInt64(count), to: Wire.put8(tag, to: self.reserveTail(11))))
    }
}
