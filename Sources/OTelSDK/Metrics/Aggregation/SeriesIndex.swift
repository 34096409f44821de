import OTelAPI

/// Finds a series by its hash: an open-addressing table, since the hash needs no more hashing.
struct SeriesIndex {
    private struct Entry {
        var high: UInt64 = 0
        var low: UInt64 = 0
        /// The place in the list of series, plus one; 0 for no entry.
        var place = 0
    }

    private var entries = [Entry](repeating: Entry(), count: 8)
    private var count = 0

    /// The place of the series with this hash.
    func place(_ hash: OTelAttributeHash) -> Int? {
        let entry = self.entries[self.slot(hash)]
        return entry.place == 0 ? nil : entry.place - 1
    }

    mutating func insert(_ hash: OTelAttributeHash, place: Int) {
        if (self.count + 1) * 2 > self.entries.count { self.grow() }
        self.count += 1
        self.entries[self.slot(hash)] = Entry(high: hash.high, low: hash.low, place: place + 1)
    }

    /// Where the hash is, or would be.
    private func slot(_ hash: OTelAttributeHash) -> Int {
        let mask = self.entries.count &- 1
        var slot = Int(truncatingIfNeeded: hash.low) & mask
        while true {
            let entry = self.entries[slot]
            if entry.place == 0 || entry.high == hash.high && entry.low == hash.low { return slot }
            slot = (slot &+ 1) & mask
        }
    }

    private mutating func grow() {
        let old = self.entries
        self.entries = [Entry](repeating: Entry(), count: old.count * 2)
        for entry in old where entry.place != 0 {
            self.entries[self.slot(OTelAttributeHash(high: entry.high, low: entry.low))] = entry
        }
    }
}
