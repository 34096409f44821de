import TestSupport

/// Headers that nobody would send in good faith, the same in every run.
struct HostileHeaders {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
    }

    /// Up to `count` of `pieces` in a row.
    mutating func joined(_ pieces: [String], upTo count: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...count, using: &self.generator) {
            text += pieces.randomElement(using: &self.generator) ?? ""
        }
        return text
    }

    /// `header` with a few bytes replaced, inserted or removed, or cut off somewhere.
    mutating func mutated(_ header: String) -> String {
        var bytes = Array(header.utf8)
        for _ in 0..<Int.random(in: 0...3, using: &self.generator) {
            let place = Int.random(in: 0...bytes.count, using: &self.generator)
            switch Int.random(in: 0..<8, using: &self.generator) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.insert(self.byte(), at: place)
            case 2 where place < bytes.count: bytes.remove(at: place)
            case 3: bytes.insert(contentsOf: "🦊".utf8, at: place)
            case _ where place < bytes.count: bytes[place] = self.byte()
            default: ()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Mostly one that means something in a header.
    private mutating func byte() -> UInt8 {
        if Bool.random(using: &self.generator) { return UInt8.random(in: 0...127, using: &self.generator) }
        return Array("0189afAFg-,;=% \t".utf8).randomElement(using: &self.generator) ?? 0
    }
}
