public import COTelRuntime

/// Tags of the `KeyValue` fields of the records that slots hold.
@usableFromInline package enum AttributeTag {
    /// `Span.attributes`.
    @inlinable package static var span: UInt8 { 0x4a }
    /// `Span.Event.attributes`.
    @inlinable package static var event: UInt8 { 0x1a }
    /// `Span.Link.attributes`.
    @inlinable package static var link: UInt8 { 0x22 }
    /// `LogRecord.attributes`.
    @inlinable package static var logRecord: UInt8 { 0x32 }
}

// One attribute each, on a slot that the caller has locked. `set…` are the forms for many call sites; `put…` are for the
// few functions that have to cost as little as they can. Single-byte lengths, the usual case, are written four bytes at
// a time.
extension Slot {
    @usableFromInline @inline(never)
    package func setString(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: String) {
        self.putString(tag, key, keyCount, value)
    }

    @usableFromInline @inline(never)
    package func setInt(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: Int64) {
        self.putInt(tag, key, keyCount, value)
    }

    @usableFromInline @inline(never)
    package func setBool(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: Bool) {
        self.putBool(tag, key, keyCount, value)
    }

    @usableFromInline @inline(never)
    package func setDouble(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: Double) {
        self.putDouble(tag, key, keyCount, value)
    }

    @inlinable @inline(__always)
    package func putString(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: String) {
        if _slowPath(self.pointer.pointee.limits.unsafelyUnwrapped.pointee.value_length != UInt32.max) {
            return self.putTruncated(tag, key, keyCount, value)
        }
        value.withWireBytes { self.putText(tag, key, keyCount, $0, $1) }
    }

    @inlinable @inline(__always)
    func putText(
        _ tag: UInt8,
        _ key: UnsafeRawPointer,
        _ keyCount: Int,
        _ bytes: UnsafeRawPointer,
        _ count: Int
    ) {
        guard self.reserve(keyCount &+ count &+ 40) != nil else { return self.refuse() }
        guard self.admit(tag, key, keyCount) else { return }
        let start = self.cursor
        if _fastPath(keyCount &+ count < 120) {
            var position = Self.putShortHead(tag, key, keyCount, bodySize: keyCount &+ count &+ 6, to: start)
            let valueHead =
                0x000a_0012 | UInt32(truncatingIfNeeded: count &+ 2) &<< 8
                | UInt32(truncatingIfNeeded: count) &<< 24
            position = Wire.put32(valueHead, to: position)
            self.commit(Wire.putBytes(bytes, count, to: position))
        } else {
            self.putLongText(tag, key, keyCount, bytes, count, to: start)
        }
    }

    @usableFromInline @inline(never)
    func putLongText(
        _ tag: UInt8,
        _ key: UnsafeRawPointer,
        _ keyCount: Int,
        _ bytes: UnsafeRawPointer,
        _ count: Int,
        to start: UnsafeMutableRawPointer
    ) {
        let size = Wire.lengthDelimitedSize(count)
        let position = Wire.putKeyValueHead(tag, key: key, keyCount: keyCount, valueSize: size, to: start)
        self.commit(Wire.putField(0x0a, bytes, count, to: position))
    }

    @inlinable @inline(__always)
    package func putInt(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: Int64) {
        guard self.reserve(keyCount &+ 40) != nil else { return self.refuse() }
        guard self.admit(tag, key, keyCount) else { return }
        let bits = UInt64(bitPattern: value)
        let size = 1 &+ Wire.varintSize(bits)
        let position: UnsafeMutableRawPointer
        if _fastPath(keyCount < 110) {
            position = Self.putShortHead(tag, key, keyCount, bodySize: keyCount &+ size &+ 4, to: self.cursor)
            // The fourth byte is overwritten by the varint.
            _ = Wire.put32(0x0018_0012 | UInt32(truncatingIfNeeded: size) &<< 8, to: position)
            self.commit(Wire.putVarint(bits, to: position + 3))
        } else {
            position = self.putLongHead(tag, key, keyCount, valueSize: size)
            self.commit(Wire.putVarint(bits, to: Wire.put8(0x18, to: position)))
        }
    }

    @inlinable @inline(__always)
    package func putBool(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: Bool) {
        guard self.reserve(keyCount &+ 40) != nil else { return self.refuse() }
        guard self.admit(tag, key, keyCount) else { return }
        let bits: UInt16 = value ? 0x0110 : 0x0010
        if _fastPath(keyCount < 110) {
            let position = Self.putShortHead(tag, key, keyCount, bodySize: keyCount &+ 6, to: self.cursor)
            self.commit(Wire.put32(0x0212 | UInt32(bits) &<< 16, to: position))
        } else {
            self.commit(Wire.put16(bits, to: self.putLongHead(tag, key, keyCount, valueSize: 2)))
        }
    }

    @inlinable @inline(__always)
    package func putDouble(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: Double) {
        guard self.reserve(keyCount &+ 40) != nil else { return self.refuse() }
        guard self.admit(tag, key, keyCount) else { return }
        let position = self.putLongHead(tag, key, keyCount, valueSize: 9)
        self.commit(Wire.put64(value.bitPattern, to: Wire.put8(0x21, to: position)))
    }

    /// A value of any shape: `size` bytes of `AnyValue` that `write` appends.
    package func setEncoded(
        _ tag: UInt8,
        _ key: UnsafeRawPointer,
        _ keyCount: Int,
        size: Int,
        _ write: (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer
    ) {
        guard self.reserve(keyCount + size + 40) != nil else { return self.refuse() }
        guard self.admit(tag, key, keyCount) else { return }
        let start = self.cursor
        let position = Wire.putKeyValueHead(tag, key: key, keyCount: keyCount, valueSize: size, to: start)
        self.commit(write(position))
    }

    @usableFromInline @inline(never)
    func putTruncated(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: String) {
        let limit = Int(self.pointer.pointee.limits.unsafelyUnwrapped.pointee.value_length)
        String(value.prefix(limit)).withWireBytes { self.putText(tag, key, keyCount, $0, $1) }
    }

    /// Tag, body size, key, head of the value: sizes of any length.
    @usableFromInline @inline(never)
    func putLongHead(
        _ tag: UInt8,
        _ key: UnsafeRawPointer,
        _ keyCount: Int,
        valueSize: Int
    ) -> UnsafeMutableRawPointer {
        Wire.putKeyValueHead(tag, key: key, keyCount: keyCount, valueSize: valueSize, to: self.cursor)
    }

    /// Tag, body size, key: all sizes below 128.
    @inlinable @inline(__always)
    static func putShortHead(
        _ tag: UInt8,
        _ key: UnsafeRawPointer,
        _ keyCount: Int,
        bodySize: Int,
        to: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        let head =
            UInt32(tag) | UInt32(truncatingIfNeeded: bodySize) &<< 8 | 0x000a_0000
            | UInt32(truncatingIfNeeded: keyCount) &<< 24
        return Wire.putBytes(key, keyCount, to: Wire.put32(head, to: to))
    }
}
