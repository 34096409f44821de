public import OTelWire

/// Sets the attributes of a span, event or link while the span is locked for it: see `OTelSpan.setAttributes(_:)`,
/// `OTelSpan.addEvent(_:at:_:)` and `OTelSpan.addLink(_:_:)`.
@frozen public struct OTelAttributeWriter: ~Copyable {
    @usableFromInline let slot: Slot
    @usableFromInline let tag: UInt8

    @inlinable @inline(__always)
    init(_ slot: Slot, _ tag: UInt8) {
        self.slot = slot
        self.tag = tag
    }

    /// Sets an attribute, replacing an earlier value of the key.
    @inlinable @inline(__always)
    public func set(_ key: OTelAttributeKey, _ value: String) {
        withExtendedLifetime(key) { self.slot.setString(self.tag, key.start, key.count, value) }
    }

    /// Sets an attribute, replacing an earlier value of the key.
    @inlinable @inline(__always)
    public func set(_ key: OTelAttributeKey, _ value: Int) {
        withExtendedLifetime(key) { self.slot.setInt(self.tag, key.start, key.count, Int64(value)) }
    }

    /// Sets an attribute, replacing an earlier value of the key.
    @inlinable @inline(__always)
    public func set(_ key: OTelAttributeKey, _ value: Bool) {
        withExtendedLifetime(key) { self.slot.setBool(self.tag, key.start, key.count, value) }
    }

    /// Sets an attribute, replacing an earlier value of the key.
    @inlinable @inline(__always)
    public func set(_ key: OTelAttributeKey, _ value: Double) {
        withExtendedLifetime(key) { self.slot.setDouble(self.tag, key.start, key.count, value) }
    }

    /// Sets an attribute of any shape, replacing an earlier value of the key.
    public func set(_ key: OTelAttributeKey, _ value: OTelValue) {
        self.slot.set(self.tag, key, value)
    }
}
