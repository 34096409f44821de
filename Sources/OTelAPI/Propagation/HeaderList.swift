/// The members of a header that is a list: separated by commas, without the white space around them, empty ones
/// included.
struct HeaderList: Sequence, IteratorProtocol {
    /// How long a list may be to be read at all.
    ///
    /// Twice what 32 members of `tracestate` take at most, and four times what has to be carried of `baggage`: the rest
    /// is for white space. Anything longer is refused by its length, before any byte of it is looked at.
    static let maximumBytes = 32 * 1024

    private let bytes: HeaderBytes
    /// Where the next member starts; beyond the end when there is none.
    private var position = 0

    init(_ bytes: HeaderBytes) {
        self.bytes = bytes
    }

    mutating func next() -> Range<Int>? {
        guard self.position <= self.bytes.count else { return nil }
        let start = self.position
        let end = self.bytes.first(UInt8(ascii: ","), from: start)
        self.position = end + 1
        return self.bytes.trimming(start..<end)
    }
}
