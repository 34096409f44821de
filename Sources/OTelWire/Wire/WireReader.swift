/// Walks the fields of one protobuf message without copying.
///
/// Safe on any input: a truncated or malformed message ends the walk and sets `isMalformed`; nothing is read outside
/// `bytes`. Groups (wire types 3 and 4) and field number 0 are malformed, as in proto3.
package struct WireReader {
    /// One field as it stands on the wire.
    package struct Field {
        package var number: Int
        package var value: Value
    }

    /// The four wire types that proto3 uses.
    package enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case bytes(UnsafeRawBufferPointer)
    }

    private var rest: UnsafeRawBufferPointer
    package private(set) var isMalformed = false

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.rest = bytes
    }

    /// The next field, or nil at the end of the message or at its first malformed byte.
    package mutating func next() -> Field? {
        guard !self.rest.isEmpty, !self.isMalformed else { return nil }
        guard let tag = self.varint(), let value = self.value(wireType: tag & 7), tag >> 3 != 0, tag >> 3 < 1 << 29
        else {
            self.isMalformed = true
            return nil
        }
        return Field(number: Int(tag >> 3), value: value)
    }

    /// The next number of a packed field, or nil at its end or at its first malformed byte.
    package mutating func nextVarint() -> UInt64? {
        guard !self.rest.isEmpty, !self.isMalformed else { return nil }
        let value = self.varint()
        self.isMalformed = value == nil
        return value
    }

    private mutating func value(wireType: UInt64) -> Value? {
        switch wireType {
        case 0:
            return self.varint().map(Value.varint)
        case 1:
            return self.take(8).map { .fixed64(UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self))) }
        case 2:
            guard let count = self.varint(), count <= UInt64(self.rest.count) else { return nil }
            return self.take(Int(count)).map(Value.bytes)
        case 5:
            return self.take(4).map { .fixed32(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self))) }
        default:
            return nil
        }
    }

    private mutating func varint() -> UInt64? {
        var result: UInt64 = 0
        for index in 0..<min(10, self.rest.count) {
            let byte = self.rest[index]
            if index == 9, byte > 1 { return nil }
            result |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte < 0x80 {
                self.rest = UnsafeRawBufferPointer(rebasing: self.rest[(index + 1)...])
                return result
            }
        }
        return nil
    }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count <= self.rest.count else { return nil }
        let taken = UnsafeRawBufferPointer(rebasing: self.rest[..<count])
        self.rest = UnsafeRawBufferPointer(rebasing: self.rest[count...])
        return taken
    }
}

extension WireReader.Value {
    /// The varint, or nil for another wire type.
    package var varint: UInt64? {
        if case .varint(let value) = self { value } else { nil }
    }

    /// The 64-bit fixed value, or nil for another wire type.
    package var fixed64: UInt64? {
        if case .fixed64(let value) = self { value } else { nil }
    }

    /// The 32-bit fixed value, or nil for another wire type.
    package var fixed32: UInt32? {
        if case .fixed32(let value) = self { value } else { nil }
    }

    /// The bytes of a length-delimited value, or nil for another wire type.
    package var bytes: UnsafeRawBufferPointer? {
        if case .bytes(let value) = self { value } else { nil }
    }

    /// The bytes as text; invalid UTF-8 is replaced by U+FFFD.
    package var string: String? {
        self.bytes.map { String(decoding: $0, as: UTF8.self) }
    }
}
