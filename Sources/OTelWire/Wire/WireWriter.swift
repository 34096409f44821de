/// Protobuf primitives on raw memory: each call writes at `to` and returns the position behind what it wrote.
///
/// Nothing here checks bounds; callers reserve first (`Slot.reserve`, `ByteBuffer.reserve`).
@usableFromInline package enum Wire {}

extension Wire {
    /// Bytes that `value` takes as a varint: 1 to 10.
    @inlinable @inline(__always)
    package static func varintSize(_ value: UInt64) -> Int {
        (64 &- (value | 1).leadingZeroBitCount &+ 6) / 7
    }

    /// Bytes of a length-delimited field with a one-byte tag.
    @inlinable @inline(__always)
    package static func lengthDelimitedSize(_ count: Int) -> Int {
        1 &+ Wire.varintSize(UInt64(truncatingIfNeeded: count)) &+ count
    }

    @inlinable @inline(__always)
    package static func put8(_ value: UInt8, to: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        to.storeBytes(of: value, as: UInt8.self)
        return to + 1
    }

    @inlinable @inline(__always)
    package static func put16(_ value: UInt16, to: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        to.storeBytes(of: value.littleEndian, as: UInt16.self)
        return to + 2
    }

    @inlinable @inline(__always)
    package static func put32(_ value: UInt32, to: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        to.storeBytes(of: value.littleEndian, as: UInt32.self)
        return to + 4
    }

    @inlinable @inline(__always)
    package static func put64(_ value: UInt64, to: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        to.storeBytes(of: value.littleEndian, as: UInt64.self)
        return to + 8
    }

    @inlinable @inline(__always)
    package static func putVarint(_ value: UInt64, to: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var rest = value
        var position = to
        while rest >= 0x80 {
            position = put8(UInt8(truncatingIfNeeded: rest) | 0x80, to: position)
            rest &>>= 7
        }
        return put8(UInt8(truncatingIfNeeded: rest), to: position)
    }

    @inlinable @inline(__always)
    package static func putLength(_ count: Int, to: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        if _fastPath(count < 0x80) { return put8(UInt8(truncatingIfNeeded: count), to: to) }
        return putVarint(UInt64(truncatingIfNeeded: count), to: to)
    }

    /// Copies without a call into libc up to 64 bytes: names, keys and most values are shorter.
    @inlinable @inline(__always)
    package static func putBytes(
        _ from: UnsafeRawPointer,
        _ count: Int,
        to: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        if count >= 16 {
            if _slowPath(count > 64) {
                to.copyMemory(from: from, byteCount: count)
                return to + count
            }
            // Overlapping halves instead of a loop.
            if count > 32 {
                copy(SIMD16<UInt8>.self, from, to, 16)
                copy(SIMD16<UInt8>.self, from, to, count &- 32)
            }
            copy(SIMD16<UInt8>.self, from, to, 0)
            copy(SIMD16<UInt8>.self, from, to, count &- 16)
        } else if count >= 8 {
            copy(UInt64.self, from, to, 0)
            copy(UInt64.self, from, to, count &- 8)
        } else if count >= 4 {
            copy(UInt32.self, from, to, 0)
            copy(UInt32.self, from, to, count &- 4)
        } else if count > 0 {
            copy(UInt8.self, from, to, 0)
            copy(UInt8.self, from, to, count &>> 1)
            copy(UInt8.self, from, to, count &- 1)
        }
        return to + count
    }

    @inlinable @inline(__always)
    static func copy<Unit: BitwiseCopyable>(
        _ unit: Unit.Type,
        _ from: UnsafeRawPointer,
        _ to: UnsafeMutableRawPointer,
        _ offset: Int
    ) {
        to.storeBytes(of: from.loadUnaligned(fromByteOffset: offset, as: unit), toByteOffset: offset, as: unit)
    }

    /// A length-delimited field with a one-byte tag.
    @inlinable @inline(__always)
    package static func putField(
        _ tag: UInt8,
        _ from: UnsafeRawPointer,
        _ count: Int,
        to: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        putBytes(from, count, to: putLength(count, to: put8(tag, to: to)))
    }

    /// `KeyValue` up to and including the length of its value, of which `valueSize` bytes must follow.
    @inlinable @inline(__always)
    package static func putKeyValueHead(
        _ tag: UInt8,
        key: UnsafeRawPointer,
        keyCount: Int,
        valueSize: Int,
        to: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        var position = put8(tag, to: to)
        position = putLength(keyValueSize(keyCount: keyCount, valueSize: valueSize), to: position)
        position = putField(0x0a, key, keyCount, to: position)
        return putLength(valueSize, to: put8(0x12, to: position))
    }

    /// Bytes of the body of a `KeyValue` message.
    @inlinable @inline(__always)
    package static func keyValueSize(keyCount: Int, valueSize: Int) -> Int {
        lengthDelimitedSize(keyCount) &+ lengthDelimitedSize(valueSize)
    }
}
