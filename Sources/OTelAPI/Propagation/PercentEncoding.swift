extension HeaderBytes {
    /// The text with its encoded bytes as they were.
    ///
    /// Bytes that are not UTF-8 become U+FFFD. A percent sign without two hex digits behind it stands for itself.
    var percentDecoded: String {
        String(unsafeUninitializedCapacity: self.count) { decoded in
            var count = 0
            var index = 0
            while index < self.count {
                let value = index &+ 2 < self.count ? self.encodedByte(at: index) : nil
                decoded[count] = value ?? self[index]
                count &+= 1
                index &+= value == nil ? 1 : 3
            }
            return count
        }
    }

    /// The byte that a percent sign and two hex digits of any case stand for.
    @inline(__always)
    private func encodedByte(at index: Int) -> UInt8? {
        guard self[index] == UInt8(ascii: "%"), let high = Self.nibble(self[index &+ 1]),
            let low = Self.nibble(self[index &+ 2])
        else { return nil }
        return high << 4 | low
    }

    @inline(__always)
    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension String {
    /// The text with its encoded bytes as they were; see `HeaderBytes.percentDecoded`.
    var percentDecoded: String { self.withHeaderBytes(\.percentDecoded) }

    /// The text with all bytes encoded but those that no URL encodes.
    var percentEncoded: String {
        String(unsafeUninitializedCapacity: 3 * self.utf8.count) { buffer in
            var writer = HeaderWriter(buffer)
            writer.appendPercentEncoded(self, unencoded: .unreserved)
            return writer.count
        }
    }
}
