/// The sub-keys of the entry `ot` of a trace state, from left to right, well-formed or not.
///
/// Valid as long as the bytes are.
struct SubKeys: Sequence, IteratorProtocol {
    private var rest: Slice<UnsafeRawBufferPointer>?

    init(_ entry: Slice<UnsafeRawBufferPointer>) {
        self.rest = entry
    }

    /// The value of the first member `ot` of a trace state's header.
    static func entry(_ header: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer>? {
        var rest = header[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
            let member = rest[..<end]
            if member.starts(with: "ot=".utf8) { return member.dropFirst(3) }
            rest = rest[end...].dropFirst()
        }
        return nil
    }

    mutating func next() -> SubKey? {
        guard let rest = self.rest else { return nil }
        let end = rest.firstIndex(of: UInt8(ascii: ";"))
        self.rest = end.map { rest[$0...].dropFirst() }
        return SubKey(bytes: rest[..<(end ?? rest.endIndex)])
    }
}

/// One `key:value` of the entry `ot`.
struct SubKey {
    typealias Bytes = Slice<UnsafeRawBufferPointer>

    let bytes: Bytes
    let key: Bytes
    private let value: Bytes?

    init(bytes: Bytes) {
        self.bytes = bytes
        let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        self.key = bytes[..<(colon ?? bytes.endIndex)]
        self.value = colon.map { bytes[$0...].dropFirst() }
    }

    func isNamed(_ name: StaticString) -> Bool {
        self.key.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// Follows the grammar of the specification.
    var isWellFormed: Bool {
        guard let first = self.key.first, Self.isLetter(first), let value = self.value else { return false }
        return self.key.allSatisfy { Self.isLetter($0) || Self.isDigit($0) } && value.allSatisfy(Self.isValue)
    }

    /// 1 to 14 hex digits, the first ones of 14.
    var threshold: UInt64? {
        guard let value = self.value, 1...14 ~= value.count else { return nil }
        return Self.hex(value).map { $0 << UInt64(4 * (14 - value.count)) }
    }

    /// Exactly 14 hex digits.
    var randomness: UInt64? {
        guard let value = self.value, value.count == 14 else { return nil }
        return Self.hex(value)
    }

    /// Lower-case digits only.
    private static func hex(_ digits: Bytes) -> UInt64? {
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
