/// Eight lower-case hex digits at once: a byte of a 64-bit word each, the first digit lowest.
///
/// All eight are handled by the same arithmetic, without a loop or a branch.
enum HexWord {
    /// The digits of `value`.
    @inline(__always)
    static func digits(_ value: UInt32) -> UInt64 {
        // Eight nibbles, a byte each: spread the bytes, first digit lowest, then split each.
        var nibbles = UInt64(value.byteSwapped)
        nibbles = (nibbles | nibbles &<< 16) & 0x0000_ffff_0000_ffff
        nibbles = (nibbles | nibbles &<< 8) & 0x00ff_00ff_00ff_00ff
        nibbles = nibbles &>> 4 & 0x000f_000f_000f_000f | (nibbles & 0x000f_000f_000f_000f) &<< 8
        return self.characters(nibbles)
    }

    /// The value of eight digits; nil when one is anything but a lower-case hex digit.
    @inline(__always)
    static func value(_ digits: UInt64) -> UInt32? {
        // Letters have bit 6, and their low four bits count from 1.
        let isLetter = digits &>> 6 & 0x0101_0101_0101_0101
        let nibbles = (digits & 0x0f0f_0f0f_0f0f_0f0f) &+ isLetter &* 9
        // What does not come out as it went in was no digit.
        guard nibbles & 0xf0f0_f0f0_f0f0_f0f0 == 0, self.characters(nibbles) == digits else { return nil }
        var bytes = (nibbles &<< 4 | nibbles &>> 8) & 0x00ff_00ff_00ff_00ff
        bytes = (bytes | bytes &>> 8) & 0x0000_ffff_0000_ffff
        bytes |= bytes &>> 16
        return UInt32(truncatingIfNeeded: bytes).byteSwapped
    }

    /// "0" to "9" and "a" to "f" for nibbles of one byte each.
    @inline(__always)
    private static func characters(_ nibbles: UInt64) -> UInt64 {
        // Adding 6 carries into the upper half of the byte for 10 and above; "a" stands 39 after "9" + 1.
        let isLetter = (nibbles &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ isLetter &* 39
    }
}

extension UnsafeRawBufferPointer {
    /// The value of the 16 hex digits at `offset`, which the caller has checked to lie within the buffer.
    @inline(__always)
    func hexWord(at offset: Int) -> UInt64? {
        let first = UInt64(littleEndian: self.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        let second = UInt64(littleEndian: self.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
        guard let high = HexWord.value(first), let low = HexWord.value(second) else { return nil }
        return UInt64(high) &<< 32 | UInt64(low)
    }

    /// The value of the 2 hex digits at `offset`, which the caller has checked to lie within the buffer.
    @inline(__always)
    func hexByte(at offset: Int) -> UInt8? {
        // Six zeros in front make it a word.
        let digits = UInt64(UInt16(littleEndian: self.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        return HexWord.value(digits &<< 48 | 0x0000_3030_3030_3030).map { UInt8(truncatingIfNeeded: $0) }
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Writes `value` as 16 hex digits at `offset`, which the caller has checked to lie within the buffer.
    @inline(__always)
    func storeHexWord(_ value: UInt64, at offset: Int) {
        let first = HexWord.digits(UInt32(truncatingIfNeeded: value &>> 32))
        let second = HexWord.digits(UInt32(truncatingIfNeeded: value))
        self.storeBytes(of: first.littleEndian, toByteOffset: offset, as: UInt64.self)
        self.storeBytes(of: second.littleEndian, toByteOffset: offset + 8, as: UInt64.self)
    }

    /// Writes `value` as 2 hex digits at `offset`, which the caller has checked to lie within the buffer.
    @inline(__always)
    func storeHexByte(_ value: UInt8, at offset: Int) {
        let digits = UInt16(truncatingIfNeeded: HexWord.digits(UInt32(value)) &>> 48)
        self.storeBytes(of: digits.littleEndian, toByteOffset: offset, as: UInt16.self)
    }
}
