public import OTelWire

// Each call locks the record once. The literal-key forms are the fast ones: a key that is text at run time goes
// through `OTelAttributeKey(_:)` or the one form that the compiler prefers less. (A form for two strings would win over
// the fast one whenever key and value are both literals.)
extension OTelSpan {
    /// Sets an attribute, replacing an earlier value of the key.
    ///
    /// Beyond the limit of attributes it is dropped and counted.
    @inlinable @inline(__always)
    public func setAttribute(_ key: OTelAttributeKey, _ value: String) {
        guard let slot = self.slot else { return }
        withExtendedLifetime(key) { Self.set(slot, self.generation, key.start, key.count, value) }
    }

    /// Sets an attribute, replacing an earlier value of the key.
    @inlinable @inline(__always)
    public func setAttribute(_ key: OTelAttributeKey, _ value: Int) {
        guard let slot = self.slot else { return }
        withExtendedLifetime(key) { Self.set(slot, self.generation, key.start, key.count, value) }
    }

    /// Sets an attribute, replacing an earlier value of the key.
    @inlinable @inline(__always)
    public func setAttribute(_ key: OTelAttributeKey, _ value: Bool) {
        guard let slot = self.slot else { return }
        withExtendedLifetime(key) { Self.set(slot, self.generation, key.start, key.count, value) }
    }

    /// Sets an attribute, replacing an earlier value of the key.
    @inlinable @inline(__always)
    public func setAttribute(_ key: OTelAttributeKey, _ value: Double) {
        guard let slot = self.slot else { return }
        withExtendedLifetime(key) { Self.set(slot, self.generation, key.start, key.count, value) }
    }

    /// Sets an attribute of any shape, replacing an earlier value of the key.
    @inlinable
    public func setAttribute(_ key: OTelAttributeKey, _ value: OTelValue) {
        if let slot = self.slot { Self.set(slot, self.generation, key, value) }
    }

    /// Sets an attribute whose key is known only at run time.
    @_disfavoredOverload @inlinable
    public func setAttribute(_ key: String, _ value: OTelValue) {
        if let slot = self.slot { Self.set(slot, self.generation, OTelAttributeKey(key), value) }
    }

    /// Sets all of `attributes`, each replacing an earlier value of its key.
    @inlinable
    public func setAttributes(_ attributes: OTelAttributes) {
        if let slot = self.slot { Self.set(slot, self.generation, attributes) }
    }

    /// Sets several attributes under one lock: the cheapest form for more than one.
    ///
    /// `write` runs only while the span is recording, and other writers of the span wait meanwhile: set values that
    /// are at hand. Calls on the span itself from inside `write` do nothing.
    @inlinable @inline(__always)
    public func setAttributes(_ write: (borrowing OTelAttributeWriter) -> Void) {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return }
        slot.writeExclusively(generation: self.generation) { write(OTelAttributeWriter(slot, AttributeTag.span)) }
    }
}

extension OTelSpan {
    @usableFromInline @inline(never)
    static func set(_ slot: Slot, _ generation: UInt64, _ key: UnsafeRawPointer, _ count: Int, _ value: String) {
        guard slot.lock(generation: generation) else { return }
        slot.putString(AttributeTag.span, key, count, value)
        slot.unlock(generation: generation)
    }

    @usableFromInline @inline(never)
    static func set(_ slot: Slot, _ generation: UInt64, _ key: UnsafeRawPointer, _ count: Int, _ value: Int) {
        guard slot.lock(generation: generation) else { return }
        slot.putInt(AttributeTag.span, key, count, Int64(value))
        slot.unlock(generation: generation)
    }

    @usableFromInline @inline(never)
    static func set(_ slot: Slot, _ generation: UInt64, _ key: UnsafeRawPointer, _ count: Int, _ value: Bool) {
        guard slot.lock(generation: generation) else { return }
        slot.putBool(AttributeTag.span, key, count, value)
        slot.unlock(generation: generation)
    }

    @usableFromInline @inline(never)
    static func set(_ slot: Slot, _ generation: UInt64, _ key: UnsafeRawPointer, _ count: Int, _ value: Double) {
        guard slot.lock(generation: generation) else { return }
        slot.putDouble(AttributeTag.span, key, count, value)
        slot.unlock(generation: generation)
    }

    @usableFromInline @inline(never)
    static func set(_ slot: Slot, _ generation: UInt64, _ key: OTelAttributeKey, _ value: OTelValue) {
        guard slot.lock(generation: generation) else { return }
        slot.set(AttributeTag.span, key, value)
        slot.unlock(generation: generation)
    }

    @usableFromInline @inline(never)
    static func set(_ slot: Slot, _ generation: UInt64, _ attributes: OTelAttributes) {
        guard slot.lock(generation: generation) else { return }
        slot.set(AttributeTag.span, attributes)
        slot.unlock(generation: generation)
    }
}
