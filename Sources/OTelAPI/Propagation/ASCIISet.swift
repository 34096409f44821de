/// A set of ASCII characters, as the grammars of headers are made of.
struct ASCIISet: Sendable {
    /// One bit for each of the characters 0 to 63.
    private let low: UInt64
    /// One bit for each of the characters 64 to 127.
    private let high: UInt64

    init(_ characters: some Sequence<UInt8>) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for character in characters {
            switch character {
            case 0..<64: low |= 1 << UInt64(character)
            case 64..<128: high |= 1 << UInt64(character - 64)
            default: ()
            }
        }
        self.init(low: low, high: high)
    }

    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    func union(_ characters: String) -> ASCIISet {
        let other = ASCIISet(characters.utf8)
        return ASCIISet(low: self.low | other.low, high: self.high | other.high)
    }

    func subtracting(_ characters: String) -> ASCIISet {
        let other = ASCIISet(characters.utf8)
        return ASCIISet(low: self.low & ~other.low, high: self.high & ~other.high)
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let half = byte & 64 == 0 ? self.low : self.high
        return byte < 128 && half &>> UInt64(byte & 63) & 1 != 0
    }

    /// Whether every byte is in the set; true when there are none.
    func containsAll(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.allSatisfy { self.contains($0) }
    }
}

extension ASCIISet {
    /// Characters that stand for themselves on paper; the space is one of them.
    static let printable = ASCIISet(0x20...0x7e)
    static let lowerCaseAlphanumerics = ASCIISet(UInt8(ascii: "a")...UInt8(ascii: "z")).union("0123456789")
}
