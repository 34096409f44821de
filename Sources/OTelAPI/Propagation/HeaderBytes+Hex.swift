import COTelRuntime

extension HeaderBytes {
    /// The value of the 16 lower-case hex digits at `offset`, which the caller has checked to lie within the bytes.
    ///
    /// `wrong` gets bits when they are none: one look at it serves for many words.
    @inline(__always)
    func hexWord(at offset: Int, _ wrong: inout UInt64) -> UInt64 {
        cotel_hex_value(self.base + offset, &wrong)
    }

    /// The value of the 2 lower-case hex digits at `offset`, which the caller has checked to lie within the bytes.
    ///
    /// `wrong` gets bits when they are none.
    @inline(__always)
    func hexByte(at offset: Int, _ wrong: inout UInt64) -> UInt8 {
        self.nibble(at: offset, &wrong) &<< 4 | self.nibble(at: offset &+ 1, &wrong)
    }

    @inline(__always)
    func nibble(at offset: Int, _ wrong: inout UInt64) -> UInt8 {
        let number = self[offset] &- UInt8(ascii: "0")
        if number <= 9 { return number }
        let letter = self[offset] &- UInt8(ascii: "a")
        if letter > 5 { wrong |= 1 }
        return letter &+ 10
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Writes `value` as 16 lower-case hex digits at `offset`, which the caller has checked to lie within the buffer.
    @inline(__always)
    func storeHexWord(_ value: UInt64, at offset: Int) {
        guard let base = self.baseAddress else { return }
        cotel_hex_digits(value, base + offset)
    }
}
