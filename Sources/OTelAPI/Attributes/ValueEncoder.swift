package import COTelRuntime
package import OTelWire

/// `OTelValue` as the bytes of an OTLP `AnyValue`: sizes first, then exact lengths, so that nothing moves.
///
/// An array or map deeper than `depth` becomes an empty value; strings and bytes longer than `length` are cut
/// (`specification/common/README.md`, "Attribute Limits").
package struct ValueEncoder {
    private let length: Int
    private let depth: Int

    /// No limits but a depth that no stack overflows at; for resources, scopes, metric attributes and log bodies.
    package static let unlimited = ValueEncoder(length: .max, depth: 64)

    package init(length: Int, depth: Int) {
        self.length = length
        self.depth = depth
    }

    package init(_ limits: cotel_limits) {
        self.length = limits.value_length == UInt32.max ? .max : Int(limits.value_length)
        self.depth = Int(limits.value_depth)
    }

    /// The encoder of the records of a slot.
    package init(_ slot: Slot) {
        self = slot.pointer.pointee.limits.map { ValueEncoder($0.pointee) } ?? .unlimited
    }

    /// Bytes of the `AnyValue` message.
    package func size(_ value: OTelValue, level: Int = 1) -> Int {
        switch value {
        case .string(let text): Wire.lengthDelimitedSize(self.utf8Count(text))
        case .bool: 2
        case .int(let number): 1 + Wire.varintSize(UInt64(bitPattern: number))
        case .double: 9
        case .bytes(let bytes): Wire.lengthDelimitedSize(min(bytes.count, self.length))
        case .array(let values): level > self.depth ? 0 : Wire.lengthDelimitedSize(self.arraySize(values, level))
        case .map(let attributes): level > self.depth ? 0 : Wire.lengthDelimitedSize(self.mapSize(attributes, level))
        case .empty: 0
        }
    }

    private func arraySize(_ values: [OTelValue], _ level: Int) -> Int {
        values.reduce(0) { $0 + Wire.lengthDelimitedSize(self.size($1, level: level + 1)) }
    }

    private func mapSize(_ attributes: OTelAttributes, _ level: Int) -> Int {
        attributes.storage.reduce(0) { sum, pair in
            let size = Wire.keyValueSize(keyCount: pair.0.count, valueSize: self.size(pair.1, level: level + 1))
            return sum + Wire.lengthDelimitedSize(size)
        }
    }

    /// Writes the `AnyValue` message, `size(value)` bytes, and returns the position behind it.
    package func write(
        _ value: OTelValue,
        to start: UnsafeMutableRawPointer,
        level: Int = 1
    ) -> UnsafeMutableRawPointer {
        switch value {
        case .string(let text): return self.writeText(text, to: start)
        case .bool(let flag): return Wire.put16(flag ? 0x0110 : 0x0010, to: start)
        case .int(let number): return Wire.putVarint(UInt64(bitPattern: number), to: Wire.put8(0x18, to: start))
        case .double(let number): return Wire.put64(number.bitPattern, to: Wire.put8(0x21, to: start))
        case .bytes(let bytes):
            return bytes.withUnsafeBytes { raw in
                let count = min(raw.count, self.length)
                let position = Wire.putLength(count, to: Wire.put8(0x3a, to: start))
                return raw.baseAddress.map { Wire.putBytes($0, count, to: position) } ?? position
            }
        case .array(let values): return level > self.depth ? start : self.writeArray(values, start, level)
        case .map(let attributes): return level > self.depth ? start : self.writeMap(attributes, start, level)
        case .empty: return start
        }
    }

    private func writeArray(
        _ values: [OTelValue],
        _ start: UnsafeMutableRawPointer,
        _ level: Int
    ) -> UnsafeMutableRawPointer {
        var position = Wire.putLength(self.arraySize(values, level), to: Wire.put8(0x2a, to: start))
        for value in values {
            position = Wire.putLength(self.size(value, level: level + 1), to: Wire.put8(0x0a, to: position))
            position = self.write(value, to: position, level: level + 1)
        }
        return position
    }

    private func writeMap(
        _ attributes: OTelAttributes,
        _ start: UnsafeMutableRawPointer,
        _ level: Int
    ) -> UnsafeMutableRawPointer {
        var position = Wire.putLength(self.mapSize(attributes, level), to: Wire.put8(0x32, to: start))
        for (key, value) in attributes.storage {
            position = self.writePair(0x0a, key, value, to: position, level: level + 1)
        }
        return position
    }

    /// Bytes of a `KeyValue` field with a one-byte tag.
    package func pairSize(_ key: OTelAttributeKey, _ value: OTelValue, level: Int = 1) -> Int {
        Wire.lengthDelimitedSize(Wire.keyValueSize(keyCount: key.count, valueSize: self.size(value, level: level)))
    }

    /// A `KeyValue` field, `pairSize` bytes.
    package func writePair(
        _ tag: UInt8,
        _ key: OTelAttributeKey,
        _ value: OTelValue,
        to start: UnsafeMutableRawPointer,
        level: Int = 1
    ) -> UnsafeMutableRawPointer {
        let size = self.size(value, level: level)
        let head = Wire.putKeyValueHead(tag, key: key.start, keyCount: key.count, valueSize: size, to: start)
        return self.write(value, to: head, level: level)
    }

    private func utf8Count(_ text: String) -> Int {
        self.isCut(text) ? text.prefix(self.length).utf8.count : text.utf8.count
    }

    private func writeText(_ text: String, to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        let kept = self.isCut(text) ? String(text.prefix(self.length)) : text
        return kept.withWireBytes { Wire.putField(0x0a, $0, $1, to: start) }
    }

    /// Text of no more bytes than the limit has no more characters either.
    private func isCut(_ text: String) -> Bool {
        text.utf8.count > self.length
    }
}

extension ByteBuffer {
    /// `KeyValue` fields for all attributes with a key.
    package mutating func attributes(_ tag: UInt8, _ attributes: OTelAttributes) {
        for (key, value) in attributes.storage where key.count > 0 {
            let encoder = ValueEncoder.unlimited
            self.append(atMost: encoder.pairSize(key, value)) { encoder.writePair(tag, key, value, to: $0) }
        }
    }
}
