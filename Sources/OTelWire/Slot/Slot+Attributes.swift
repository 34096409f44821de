import COTelRuntime

/// Tags of the `KeyValue` fields of the records that slots hold.
@usableFromInline package enum AttributeTag {
    /// `Span.attributes`.
    @inlinable package static var span: UInt8 { 0x4a }
    /// `LogRecord.attributes`.
    @inlinable package static var logRecord: UInt8 { 0x32 }
}

// One attribute each, on a slot that the caller has locked. Called across modules without inlining: the bodies are
// long, the call sites many. Single-byte lengths, the usual case, are written four bytes at a time.
extension Slot {
    @usableFromInline @inline(never)
    package func setString(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: String) {
        if _slowPath(self.pointer.pointee.limits.unsafelyUnwrapped.pointee.value_length != UInt32.max) {
            return self.putTruncated(tag, key, keyCount, value)
        }
        self.putString(tag, key, keyCount, value)
    }

    @usableFromInline @inline(never)
    package func setInt(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: Int64) {
        guard self.reserve(keyCount &+ 40) != nil else { return self.refuse() }
        guard self.admit(tag, key, keyCount) else { return }
        let start = self.cursor
        let bits = UInt64(bitPattern: value)
        let size = 1 &+ Wire.varintSize(bits)
        if _fastPath(keyCount < 110) {
            let position = Self.putShortHead(tag, key, keyCount, bodySize: keyCount &+ size &+ 4, to: start)
            // The fourth byte is overwritten by the varint.
            _ = Wire.put32(0x0018_0012 | UInt32(truncatingIfNeeded: size) &<< 8, to: position)
            self.commit(Wire.putVarint(bits, to: position + 3))
        } else {
            let position = Wire.putKeyValueHead(tag, key: key, keyCount: keyCount, valueSize: size, to: start)
            self.commit(Wire.putVarint(bits, to: Wire.put8(0x18, to: position)))
        }
    }

    @usableFromInline @inline(never)
    package func setBool(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: Bool) {
        guard self.reserve(keyCount &+ 40) != nil else { return self.refuse() }
        guard self.admit(tag, key, keyCount) else { return }
        let start = self.cursor
        let bits: UInt16 = value ? 0x0110 : 0x0010
        if _fastPath(keyCount < 110) {
            let position = Self.putShortHead(tag, key, keyCount, bodySize: keyCount &+ 6, to: start)
            self.commit(Wire.put32(0x0212 | UInt32(bits) &<< 16, to: position))
        } else {
            let position = Wire.putKeyValueHead(tag, key: key, keyCount: keyCount, valueSize: 2, to: start)
            self.commit(Wire.put16(bits, to: position))
        }
    }

    @usableFromInline @inline(never)
    package func setDouble(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: Double) {
        guard self.reserve(keyCount &+ 40) != nil else { return self.refuse() }
        guard self.admit(tag, key, keyCount) else { return }
        let start = self.cursor
        let position = Wire.putKeyValueHead(tag, key: key, keyCount: keyCount, valueSize: 9, to: start)
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

    @inline(__always)
    private func putString(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: String) {
        value.withWireBytes { bytes, count in
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
                let size = Wire.lengthDelimitedSize(count)
                let position = Wire.putKeyValueHead(tag, key: key, keyCount: keyCount, valueSize: size, to: start)
                self.commit(Wire.putField(0x0a, bytes, count, to: position))
            }
        }
    }

    @inline(never)
    private func putTruncated(_ tag: UInt8, _ key: UnsafeRawPointer, _ keyCount: Int, _ value: String) {
        let limit = Int(self.pointer.pointee.limits.unsafelyUnwrapped.pointee.value_length)
        self.putString(tag, key, keyCount, String(value.prefix(limit)))
    }

    /// Tag, body size, key: all sizes below 128.
    @inline(__always)
    private static func putShortHead(
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
