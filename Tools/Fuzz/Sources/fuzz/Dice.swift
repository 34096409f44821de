/// Random numbers of one case: the same whenever, and on whichever thread, the case runs (SplitMix64).
struct Dice {
    private var state: UInt64

    init(seed: UInt64, case number: UInt64) {
        var seeding = Dice(state: seed)
        self.init(state: seeding.next() ^ number &* 0xd1b5_4a32_d192_ed03)
    }

    private init(state: UInt64) {
        self.state = state
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// At least 0, less than `end`.
    mutating func below(_ end: Int) -> Int {
        Int(self.next().multipliedFullWidth(by: UInt64(end)).high)
    }

    /// True once in so many times.
    mutating func once(in times: Int) -> Bool { self.below(times) == 0 }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: self.next()) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[self.below(elements.count)] }
}
