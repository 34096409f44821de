/// The members of a header that is a list: separated by commas, without the white space around them, empty ones
/// included.
struct HeaderList: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    /// Where the next member starts; beyond the end when there is none.
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func next() -> Range<Int>? {
        guard self.position <= self.bytes.count else { return nil }
        let start = self.position
        let end = self.bytes.first(UInt8(ascii: ","), in: start..<self.bytes.count) ?? self.bytes.count
        self.position = end + 1
        return self.bytes.trimming(start..<end)
    }
}

extension UnsafeRawBufferPointer {
    /// `range` without the optional white space of HTTP, spaces and tabs, at both ends.
    @inline(__always)
    func trimming(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, Self.isWhiteSpace(self[start]) { start += 1 }
        while start < end, Self.isWhiteSpace(self[end - 1]) { end -= 1 }
        return start..<end
    }

    /// Where `byte` first stands in `range`.
    @inline(__always)
    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if self[index] == byte { return index }
            index &+= 1
        }
        return nil
    }

    @inline(__always)
    func allBytes(in range: Range<Int>, are allowed: ASCIISet) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            if !allowed.contains(self[index]) { return false }
            index &+= 1
        }
        return true
    }

    @inline(__always)
    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
