/// Headers of a request: valid ones, and what is left of them after a few accidents.
struct Headers {
    typealias Header = (name: String, value: String)

    var list: [Header] = []

    /// Bytes of names and values.
    var size: Int { self.list.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count } }

    /// The names as they are or, once in a while, in another case; the values mutilated more often than not.
    mutating func add(_ name: String, _ value: [UInt8], _ dice: inout Dice) {
        var value = value
        if !dice.once(in: 3) { Self.mutilate(&value, &dice) }
        self.add(name, valid: value, &dice)
    }

    mutating func add(_ name: String, valid value: [UInt8], _ dice: inout Dice) {
        let name = dice.once(in: 4) ? Self.cased(name, &dice) : name
        self.list.append((name, String(decoding: value, as: UTF8.self)))
    }

    private static func cased(_ name: String, _ dice: inout Dice) -> String {
        let flips = dice.next()
        let bytes = name.utf8.enumerated().map { index, byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte && flips >> UInt64(index & 63) & 1 == 1 ? byte ^ 0x20 : byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Replaces, inserts, removes, repeats or cuts off a few bytes.
    static func mutilate(_ bytes: inout [UInt8], _ dice: inout Dice) {
        for _ in 0...dice.below(4) {
            let place = dice.below(bytes.count + 1)
            switch dice.below(10) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.insert(self.meaningful(&dice), at: place)
            case 2 where place < bytes.count: bytes.remove(at: place)
            case 3:
                bytes.insert(
                    contentsOf: dice.pick(["🦊", "é", "%ff", "\r\n", "\0", ",,", "  ", "%C3%A4"]).utf8,
                    at: place
                )
            case 4: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + dice.below(40))], at: place)
            case 5 where place < bytes.count: bytes[place] ^= 1 << UInt8(dice.below(8))
            case 6 where place < bytes.count: bytes[place] = dice.byte()
            case _ where place < bytes.count: bytes[place] = self.meaningful(&dice)
            default: ()
            }
        }
    }

    private static let meaning = Array("0019afAFgz-=,;:% \t_@/*\"\\".utf8)

    /// One that means something in a header.
    private static func meaningful(_ dice: inout Dice) -> UInt8 { dice.pick(self.meaning) }
}
