import OTelAPI

/// Finds a series in the list of them by its hash: an open-addressing table, since the hash needs no more hashing.
struct SeriesIndex {
    /// Places in the list, plus one; 0 for no entry.
    private var entries = [UInt32](repeating: 0, count: 8)

    /// The place of the series with this hash.
    func place(_ hash: OTelAttributeHash, in series: [MetricSeries]) -> Int? {
        let entry = self.entries[self.slot(hash, series)]
        return entry == 0 ? nil : Int(entry) - 1
    }

    /// Takes note of the last series of the list.
    mutating func insertLast(of series: [MetricSeries]) {
        if series.count * 2 > self.entries.count {
            self.entries = [UInt32](repeating: 0, count: self.entries.count * 2)
            for place in series.indices { self.insert(place, series) }
        } else {
            self.insert(series.count - 1, series)
        }
    }

    private mutating func insert(_ place: Int, _ series: [MetricSeries]) {
        self.entries[self.slot(series[place].hash, series)] = UInt32(place + 1)
    }

    /// Where the hash is, or would be.
    private func slot(_ hash: OTelAttributeHash, _ series: [MetricSeries]) -> Int {
        let mask = self.entries.count &- 1
        var slot = Int(truncatingIfNeeded: hash.low) & mask
        while true {
            let entry = self.entries[slot]
            if entry == 0 || series[Int(entry) - 1].hash == hash { return slot }
            slot = (slot &+ 1) & mask
        }
    }
}
