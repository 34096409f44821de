package import OTelWire

extension Slot {
    /// One attribute of any shape.
    package func set(_ tag: UInt8, _ key: OTelAttributeKey, _ value: OTelValue) {
        withExtendedLifetime(key) { self.set(tag, key.start, key.count, value) }
    }

    @inline(__always)
    private func set(_ tag: UInt8, _ key: UnsafeRawPointer, _ count: Int, _ value: OTelValue) {
        switch value {
        case .string(let text): self.putString(tag, key, count, text)
        case .int(let number): self.putInt(tag, key, count, number)
        case .bool(let flag): self.putBool(tag, key, count, flag)
        case .double(let number): self.setDouble(tag, key, count, number)
        case .bytes, .array, .map, .empty: self.setAny(tag, key, count, value)
        }
    }

    @inline(never)
    private func setAny(_ tag: UInt8, _ key: UnsafeRawPointer, _ count: Int, _ value: OTelValue) {
        let encoder = ValueEncoder(self)
        self.setEncoded(tag, key, count, size: encoder.size(value)) { encoder.write(value, to: $0) }
    }

    /// Whether the record has an attribute of this key.
    package func holds(_ tag: UInt8, _ key: OTelAttributeKey) -> Bool {
        withExtendedLifetime(key) { self.holds(tag, key.start, key.count) }
    }

    /// Cuts out an attribute.
    package func removeAttribute(_ tag: UInt8, _ key: OTelAttributeKey) {
        withExtendedLifetime(key) { _ = self.removeAttribute(tag, key.start, key.count) }
    }

    /// Those of `attributes` whose key the record does not have yet.
    package func setMissing(_ tag: UInt8, _ attributes: OTelAttributes) {
        for (key, value) in attributes.storage where !self.holds(tag, key.start, key.count) {
            self.set(tag, key, value)
        }
    }

    package func set(_ tag: UInt8, _ attributes: OTelAttributes) {
        // Key by its parts: as a whole it would be retained.
        attributes.storage.withUnsafeBufferPointer { pairs in
            for index in 0..<pairs.count {
                self.set(tag, pairs[index].0.start, pairs[index].0.count, pairs[index].1)
            }
        }
    }
}
