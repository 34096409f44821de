/// Writes a header's value into memory that may be too small for it.
struct HeaderWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0
    /// Whether something did not fit: what was written since is not to be used.
    private(set) var isOverflown = false

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    mutating func overflow() {
        self.isOverflown = true
    }

    /// Takes back what was written since there were `count` bytes.
    mutating func reset(to count: Int) {
        self.count = count
        self.isOverflown = false
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        guard self.count < self.buffer.count else { return self.overflow() }
        self.buffer[self.count] = byte
        self.count &+= 1
    }

    mutating func append(_ text: String) {
        text.withHeaderBytes { bytes in
            guard bytes.count <= self.buffer.count &- self.count else { return self.overflow() }
            bytes.copy(to: UnsafeMutableRawBufferPointer(self.buffer), at: self.count)
            self.count &+= bytes.count
        }
    }

    /// The text with all bytes encoded but those named.
    mutating func appendPercentEncoded(_ text: String, unencoded: HeaderCharacters) {
        text.withHeaderBytes { bytes in
            var index = 0
            while index < bytes.count, !self.isOverflown {
                if bytes.isAt(index, unencoded) {
                    self.append(bytes[index])
                } else {
                    self.append(UInt8(ascii: "%"))
                    self.append(Self.hexDigit(bytes[index] >> 4))
                    self.append(Self.hexDigit(bytes[index] & 15))
                }
                index &+= 1
            }
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
    }
}
