import OTelWire

/// A text with wildcards: `*` for any characters, none included, and `?` for exactly one, a Unicode scalar.
///
/// Case counts. Matching allocates nothing and takes the product of both lengths at most.
struct WildcardPattern: Sendable, CustomStringConvertible {
    let description: String
    private let bytes: [UInt8]

    init(_ pattern: String) {
        self.description = pattern
        self.bytes = Array(pattern.utf8)
    }

    /// Whether the whole text matches.
    func matches(_ text: String) -> Bool {
        text.withWireBytes { start, count in
            self.bytes.withUnsafeBytes { self.matches($0, UnsafeRawBufferPointer(start: start, count: count)) }
        }
    }

    private func matches(_ pattern: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer) -> Bool {
        var (place, position) = (0, 0)
        // What follows the latest star, and where in the text it was last tried.
        var retry: (place: Int, position: Int)?
        while position < text.count {
            let wanted = place < pattern.count ? pattern[place] : 0
            if place < pattern.count, wanted == UInt8(ascii: "*") {
                place += 1
                retry = (place, position)
            } else if place < pattern.count, wanted == UInt8(ascii: "?") || wanted == text[position] {
                position = wanted == UInt8(ascii: "?") ? Self.end(ofScalarAt: position, text) : position + 1
                place += 1
            } else if let last = retry {
                position = Self.end(ofScalarAt: last.position, text)
                place = last.place
                retry = (place, position)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    private static func end(ofScalarAt position: Int, _ text: UnsafeRawBufferPointer) -> Int {
        var end = position + 1
        while end < text.count, text[end] & 0xc0 == 0x80 { end += 1 }
        return end
    }
}
