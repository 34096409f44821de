/// Values of headers that are valid, or nearly so.
enum Values {
    private static let hex = Array("0123456789abcdef".utf8)
    private static let key = Array("abcdefghijklmnopqrstuvwxyz0123456789_-*/@".utf8)
    private static let token = Array("abcXYZ019!#$%&'*+-.^_`|~".utf8)
    private static let text = (UInt8(0x20)...0x7e).map { $0 }

    static func text(_ count: Int, of characters: [UInt8], _ dice: inout Dice) -> [UInt8] {
        (0..<count).map { _ in dice.pick(characters) }
    }

    static func digits(_ count: Int, _ dice: inout Dice) -> [UInt8] {
        dice.once(in: 40) ? [UInt8](repeating: UInt8(ascii: "0"), count: count) : self.text(count, of: self.hex, &dice)
    }

    static func bytes(_ count: Int, _ dice: inout Dice) -> [UInt8] { (0..<count).map { _ in dice.byte() } }

    static func traceParent(_ dice: inout Dice) -> [UInt8] {
        let version = dice.once(in: 8) ? self.digits(2, &dice) : Array("00".utf8)
        var value = self.joined([version, self.digits(32, &dice), self.digits(16, &dice), self.digits(2, &dice)], "-")
        if dice.once(in: 16) { value += Array("-more".utf8) }
        return value
    }

    static func traceState(_ dice: inout Dice) -> [UInt8] {
        let count = dice.once(in: 16) ? 30 + dice.below(5) : dice.below(5)
        return self.joined((0..<count).map { _ in self.traceStateMember(&dice) }, ",")
    }

    static func traceStateMember(_ dice: inout Dice) -> [UInt8] {
        let key = self.text(1 + self.length(&dice), of: self.key, &dice)
        let value = self.text(1 + self.length(&dice), of: dice.once(in: 4) ? self.text : self.key, &dice)
        return key + Array("=".utf8) + value
    }

    static func baggage(_ dice: inout Dice) -> [UInt8] {
        let count = dice.once(in: 64) ? 170 + dice.below(30) : dice.below(5)
        return self.joined((0..<count).map { _ in self.baggageMember(&dice) }, ",")
    }

    private static func baggageMember(_ dice: inout Dice) -> [UInt8] {
        let space = dice.once(in: 6) ? Array(" \t".utf8) : []
        var member = space + self.text(1 + dice.below(8), of: self.token, &dice) + space + Array("=".utf8) + space
        let length = dice.once(in: 500) ? 2000 + dice.below(9000) : dice.below(20)
        member += dice.once(in: 3) ? self.encoded(length, &dice) : self.text(length, of: self.token, &dice)
        if dice.once(in: 5) { member += Array(";p=v;q".utf8) + space }
        return member
    }

    static func encoded(_ count: Int, _ dice: inout Dice) -> [UInt8] {
        (0..<count).flatMap { _ in
            dice.once(in: 2) ? self.text(1, of: self.token, &dice) : Array("%".utf8) + self.text(2, of: self.hex, &dice)
        }
    }

    static func b3(_ dice: inout Dice) -> [UInt8] {
        var parts = [self.digits(dice.once(in: 3) ? 16 : 32, &dice), self.digits(16, &dice)]
        if !dice.once(in: 4) { parts.append(self.text(1, of: Array("01d".utf8), &dice)) }
        if dice.once(in: 4) { parts.append(self.digits(16, &dice)) }
        return dice.once(in: 20) ? Array("0".utf8) : self.joined(parts, "-")
    }

    static func jaeger(_ dice: inout Dice) -> [UInt8] {
        let parts = [
            self.digits(1 + dice.below(33), &dice), self.digits(1 + dice.below(17), &dice), Array("0".utf8),
            self.digits(1 + dice.below(2), &dice),
        ]
        return self.joined(parts, dice.once(in: 5) ? "%3A" : ":")
    }

    /// Mostly short; once in a while around the 256 characters that are allowed.
    private static func length(_ dice: inout Dice) -> Int { dice.once(in: 60) ? 254 + dice.below(4) : dice.below(16) }

    private static func joined(_ parts: [[UInt8]], _ separator: String) -> [UInt8] {
        Array(parts.joined(separator: separator.utf8))
    }
}
