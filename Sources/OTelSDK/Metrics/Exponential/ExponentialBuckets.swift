/// The buckets that an exponential histogram keeps for the values of one sign: those from the first to the last in use.
///
/// Words: 0 the address of the counts, 1 how many there is room for, 2 the index of the first bucket, 3 how many are in
/// use. Counts behind those in use are zero. Room grows when it is needed, by doubling, and is kept until `free`.
struct ExponentialBuckets {
    let words: UnsafeMutablePointer<UInt64>

    static let wordCount = 4
    private static let initialRoom = 8

    @inline(__always)
    private var storage: UnsafeMutablePointer<UInt64>? { UnsafeMutablePointer(bitPattern: UInt(self.words[0])) }

    private var room: Int { Int(truncatingIfNeeded: self.words[1]) }

    /// The index of the first bucket; meaningless without buckets.
    @inline(__always)
    private(set) var first: Int {
        get { Int(truncatingIfNeeded: self.words[2]) }
        nonmutating set { self.words[2] = UInt64(bitPattern: Int64(newValue)) }
    }

    /// How many buckets there are from the first to the last in use.
    @inline(__always)
    private(set) var count: Int {
        get { Int(truncatingIfNeeded: self.words[3]) }
        nonmutating set { self.words[3] = UInt64(newValue) }
    }

    var isEmpty: Bool { self.count == 0 }

    /// From the first bucket to the last.
    var counts: UnsafeBufferPointer<UInt64> { UnsafeBufferPointer(start: self.storage, count: self.count) }

    /// Words that hold anything become those of no buckets.
    func initialize() {
        self.words.initialize(repeating: 0, count: Self.wordCount)
    }

    func free() {
        self.storage?.deallocate()
        self.initialize()
    }

    func clear() {
        self.storage?.update(repeating: 0, count: self.count)
        self.count = 0
    }

    /// Counts one value; false where its bucket is not among those from the first to the last.
    @inline(__always)
    func increment(_ index: Int) -> Bool {
        let place = index &- self.first
        guard _fastPath(UInt(bitPattern: place) < UInt(bitPattern: self.count)), let storage = self.storage else {
            return false
        }
        storage[place] &+= 1
        return true
    }

    /// By how much the scale has to fall until these buckets and those of `indexes` are `maxSize` at most.
    func halvings(toFit indexes: ClosedRange<Int>?, maxSize: Int) -> Int {
        guard let indexes else { return 0 }
        let all = self.united(with: indexes)
        var halvings = 0
        while all.upperBound >> halvings - all.lowerBound >> halvings >= maxSize { halvings += 1 }
        return halvings
    }

    /// Lowers the scale: each bucket becomes part of the one whose index is its own, shifted right.
    func downscale(by halvings: Int) {
        guard halvings > 0, let storage = self.storage, let indexes = self.indexes else { return }
        let first = indexes.lowerBound >> halvings
        for (place, index) in indexes.enumerated() {
            // Never behind `place`.
            let target = index >> halvings - first
            let count = storage[place]
            storage[place] = 0
            storage[target] &+= count
        }
        self.first = first
        self.count = indexes.upperBound >> halvings - first + 1
    }

    /// Adds buckets, which are there from the first to the last of `indexes`; all together have to fit `maxSize`.
    func widen(to indexes: ClosedRange<Int>, maxSize: Int) {
        let all = self.united(with: indexes)
        self.reserve(all.count, maxSize: maxSize)
        if !self.isEmpty, let storage = self.storage {
            let shift = self.first - all.lowerBound
            (storage + shift).update(from: storage, count: self.count)
            storage.update(repeating: 0, count: shift)
        }
        self.first = all.lowerBound
        self.count = all.count
    }

    /// Adds what other buckets count, whose scale is higher by `halvings`; all together have to fit `maxSize`.
    func merge(_ other: ExponentialBuckets, halvings: Int, maxSize: Int) {
        guard let indexes = other.indexes(halvings: halvings) else { return }
        self.widen(to: indexes, maxSize: maxSize)
        guard let storage = self.storage else { return }
        for (place, count) in other.counts.enumerated() {
            storage[(other.first + place) >> halvings - self.first] &+= count
        }
    }

    /// Moves all to buckets that are empty and have room for it; their room stays what it is, as does this one's.
    func move(to other: ExponentialBuckets) {
        guard let storage = self.storage else { return }
        other.storage?.update(from: storage, count: self.count)
        other.first = self.first
        other.count = self.count
        self.clear()
    }

    /// Makes room for so many buckets.
    func reserve(_ count: Int, maxSize: Int) {
        guard count > self.room else { return }
        let room = max(count, min(maxSize, max(Self.initialRoom, self.room * 2)))
        let storage = UnsafeMutablePointer<UInt64>.allocate(capacity: room)
        storage.initialize(repeating: 0, count: room)
        if let old = self.storage {
            storage.update(from: old, count: self.count)
            old.deallocate()
        }
        self.words[0] = UInt64(UInt(bitPattern: storage))
        self.words[1] = UInt64(room)
    }

    /// The indexes at a scale that is lower by `halvings`; nil without buckets.
    func indexes(halvings: Int) -> ClosedRange<Int>? {
        self.indexes.map { $0.lowerBound >> halvings...$0.upperBound >> halvings }
    }

    private var indexes: ClosedRange<Int>? {
        self.isEmpty ? nil : self.first...self.first + self.count - 1
    }

    private func united(with indexes: ClosedRange<Int>) -> ClosedRange<Int> {
        guard let own = self.indexes else { return indexes }
        return min(own.lowerBound, indexes.lowerBound)...max(own.upperBound, indexes.upperBound)
    }
}
