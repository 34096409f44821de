/// Lower-case hex digits, as trace and span ids are written.
package enum Hex {
    /// 16 digits.
    package static func text(_ value: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { digits in
            UnsafeMutableRawBufferPointer(digits).storeHexWord(value, at: 0)
            return 16
        }
    }

    /// The value of up to 16 lower-case digits; nil when there is any other character.
    package static func parse(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case 48...57: value = value << 4 | UInt64(digit - 48)
            case 97...102: value = value << 4 | UInt64(digit - 87)
            default: return nil
            }
        }
        return value
    }

    /// Eight bytes in network order.
    package static func bytes(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) }
    }
}
