/// The sub-keys of the entry `ot` of a trace state, from left to right, well-formed or not.
///
/// Valid as long as the bytes are.
struct SubKeys: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let end: Int

    /// Those in the first member `ot` of a trace state's header; nil when it has none.
    init?(_ header: UnsafeRawBufferPointer) {
        var start = 0
        while start < header.count {
            let end = header.place(of: UInt8(ascii: ","), from: start, to: header.count)
            if end - start >= 3, header[start] == UInt8(ascii: "o"), header[start + 1] == UInt8(ascii: "t"),
                header[start + 2] == UInt8(ascii: "=")
            {
                self.bytes = header
                self.position = start + 3
                self.end = end
                return
            }
            start = end + 1
        }
        return nil
    }

    mutating func next() -> SubKey? {
        guard self.position <= self.end else { return nil }
        let start = self.position
        let semicolon = self.bytes.place(of: UInt8(ascii: ";"), from: start, to: self.end)
        self.position = semicolon + 1
        return SubKey(self.bytes, start, semicolon)
    }
}

/// One `key:value` of the entry `ot`.
struct SubKey {
    private let all: UnsafeRawBufferPointer
    private let start: Int
    /// The end of the key.
    private let colon: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) {
        self.all = bytes
        self.start = start
        self.colon = bytes.place(of: UInt8(ascii: ":"), from: start, to: end)
        self.end = end
    }

    var bytes: Slice<UnsafeRawBufferPointer> { self.all[self.start..<self.end] }
    var key: Slice<UnsafeRawBufferPointer> { self.all[self.start..<self.colon] }
    /// Empty also when there is no colon.
    private var value: Slice<UnsafeRawBufferPointer> { self.all[min(self.colon + 1, self.end)..<self.end] }

    var isThreshold: Bool { self.isNamed(UInt8(ascii: "t"), UInt8(ascii: "h")) }
    var isRandomness: Bool { self.isNamed(UInt8(ascii: "r"), UInt8(ascii: "v")) }

    private func isNamed(_ first: UInt8, _ second: UInt8) -> Bool {
        self.colon - self.start == 2 && self.all[self.start] == first && self.all[self.start + 1] == second
    }

    /// Follows the grammar of the specification.
    var isWellFormed: Bool {
        guard let first = self.key.first, Self.isLetter(first), self.colon < self.end else { return false }
        return self.key.allSatisfy { Self.isLetter($0) || Self.isDigit($0) } && self.value.allSatisfy(Self.isValue)
    }

    /// 1 to 14 hex digits, the first ones of 14.
    var threshold: UInt64? {
        let value = self.value
        guard 1...14 ~= value.count else { return nil }
        return Self.hex(value).map { $0 << UInt64(4 * (14 - value.count)) }
    }

    /// Exactly 14 hex digits.
    var randomness: UInt64? {
        self.value.count == 14 ? Self.hex(self.value) : nil
    }

    /// Lower-case digits only.
    private static func hex(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte }
    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    private static func isValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: self.isLetter(byte) || self.isDigit(byte)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Where `byte` stands first from `start` on; `end` when it does not stand before that.
    fileprivate func place(of byte: UInt8, from start: Int, to end: Int) -> Int {
        var place = start
        while place < end, self[place] != byte { place += 1 }
        return place
    }
}
