import OTelWire

extension ValueEncoder {
    /// The depth at which `unlimited` gives up.
    static var unlimitedDepth: Int { 64 }
}

extension OTelAttributes {
    /// `KeyValue` fields that are equal for equal sets: sorted by key at every level, without empty keys.
    package func canonicalBytes(_ tag: UInt8) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.attributes(tag, self.sortedByKey(level: 1))
        return buffer.array()
    }

    private func sortedByKey(level: Int) -> OTelAttributes {
        var sorted = self
        sorted.storage.removeAll { $0.0.count == 0 }
        sorted.storage.sort { Self.precedes($0.0, $1.0) }
        for index in sorted.storage.indices {
            sorted.storage[index].1 = Self.canonical(sorted.storage[index].1, level)
        }
        return sorted
    }

    private static func canonical(_ value: OTelValue, _ level: Int) -> OTelValue {
        switch value {
        case .map(let attributes) where level <= ValueEncoder.unlimitedDepth:
            .map(attributes.sortedByKey(level: level + 1))
        case .array(let elements) where level <= ValueEncoder.unlimitedDepth:
            .array(elements.map { self.canonical($0, level + 1) })
        case .string, .bool, .int, .double, .bytes, .array, .map, .empty: value
        }
    }

    private static func precedes(_ left: OTelAttributeKey, _ right: OTelAttributeKey) -> Bool {
        UnsafeRawBufferPointer(start: left.start, count: left.count)
            .lexicographicallyPrecedes(UnsafeRawBufferPointer(start: right.start, count: right.count))
    }
}
