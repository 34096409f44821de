import COTelRuntime

/// What a base-2 exponential histogram keeps of the values of one series: as a cell or as an accumulator.
///
/// Words: 0 in a cell a spin flag, which only the reader ever contends for, in an accumulator whether there is anything
/// new; sum, least, greatest, how many were zero, scale, the buckets of positive values, those of negative ones. The
/// scale is the highest at which the values fit the limits. Allocates when more buckets are in use than ever before.
struct ExponentialState {
    let words: UnsafeMutablePointer<UInt64>
    let limits: ExponentialLimits

    static let wordCount = Word.negative + ExponentialBuckets.wordCount

    private enum Word {
        static let sum = 1
        static let least = 2
        static let greatest = 3
        static let zeros = 4
        static let scale = 5
        static let positive = 6
        static let negative = Word.positive + ExponentialBuckets.wordCount
    }

    @inline(__always)
    init(_ words: UnsafeMutablePointer<UInt64>, _ limits: ExponentialLimits) {
        self.words = words
        self.limits = limits
    }

    /// Words that hold anything become those of no values.
    func initialize() {
        self.words[0] = 0
        self.empty()
        self.positive.initialize()
        self.negative.initialize()
    }

    /// Gives the memory of the buckets back; of no use any more until it is initialised again.
    func free() {
        self.positive.free()
        self.negative.free()
    }

    /// Forgets all values, keeps the memory; word 0 becomes 0.
    func clear() {
        self.words[0] = 0
        self.empty()
        self.positive.clear()
        self.negative.clear()
    }

    private func empty() {
        self.sum = 0
        self.least = .infinity
        self.greatest = -.infinity
        self.zeros = 0
        self.scale = self.limits.maxScale
    }

    // Of a cell.

    /// Counts a value, which is finite.
    @inline(__always)
    func record(_ value: Double) {
        cotel_lock(self.flag)
        self.sum += value
        if value < self.least { self.least = value }
        if value > self.greatest { self.greatest = value }
        if _fastPath(value != 0) {
            let buckets = ExponentialBuckets(words: self.words + (value > 0 ? Word.positive : Word.negative))
            let index = self.limits.mapping.index(of: value.magnitude, scale: self.scale)
            if !_fastPath(buckets.increment(index)) { self.extend(buckets, index) }
        } else {
            self.zeros &+= 1
        }
        cotel_unlock(self.flag)
    }

    /// Counts a value whose bucket is not there yet.
    @inline(never)
    private func extend(_ buckets: ExponentialBuckets, _ index: Int) {
        let halvings = buckets.halvings(toFit: index...index, maxSize: self.limits.maxSize)
        self.lowerScale(by: halvings)
        let index = index >> halvings
        buckets.widen(to: index...index, maxSize: self.limits.maxSize)
        _ = buckets.increment(index)
    }

    /// Moves all values to an empty accumulator, whose word 0 then says whether there were any.
    ///
    /// The thread that records waits for copying at most, not for an allocation.
    func take(into accumulator: ExponentialState) {
        accumulator.positive.reserve(self.limits.maxSize, maxSize: self.limits.maxSize)
        accumulator.negative.reserve(self.limits.maxSize, maxSize: self.limits.maxSize)
        cotel_lock(self.flag)
        (accumulator.words + 1).update(from: self.words + 1, count: Word.positive - 1)
        self.positive.move(to: accumulator.positive)
        self.negative.move(to: accumulator.negative)
        self.empty()
        cotel_unlock(self.flag)
        accumulator.words[0] = accumulator.isEmpty ? 0 : 1
    }

    @inline(__always)
    private var flag: UnsafeMutablePointer<UInt32> {
        UnsafeMutableRawPointer(self.words).assumingMemoryBound(to: UInt32.self)
    }

    // Of an accumulator.

    var isEmpty: Bool { self.zeros == 0 && self.positive.isEmpty && self.negative.isEmpty }

    /// Adds the values of this accumulator to those of another, as if all had been recorded there.
    func merge(into other: ExponentialState) {
        other.words[0] |= self.words[0]
        // Beyond the greatest number there is no way back from infinity.
        other.sum = max(-.greatestFiniteMagnitude, min(.greatestFiniteMagnitude, other.sum + self.sum))
        other.least = min(other.least, self.least)
        other.greatest = max(other.greatest, self.greatest)
        other.zeros &+= self.zeros
        other.makeRoom(for: self)
        let halvings = self.scale - other.scale
        other.positive.merge(self.positive, halvings: halvings, maxSize: self.limits.maxSize)
        other.negative.merge(self.negative, halvings: halvings, maxSize: self.limits.maxSize)
    }

    /// Lowers the scale until the buckets of both fit the limits.
    private func makeRoom(for other: ExponentialState) {
        self.lowerScale(by: max(0, self.scale - other.scale))
        let halvings = other.scale - self.scale
        let positive = other.positive.indexes(halvings: halvings)
        let negative = other.negative.indexes(halvings: halvings)
        self.lowerScale(
            by: max(
                self.positive.halvings(toFit: positive, maxSize: self.limits.maxSize),
                self.negative.halvings(toFit: negative, maxSize: self.limits.maxSize)
            )
        )
    }

    private func lowerScale(by halvings: Int) {
        self.scale -= halvings
        self.positive.downscale(by: halvings)
        self.negative.downscale(by: halvings)
    }

    /// How many values there are.
    var count: UInt64 { self.zeros &+ self.positive.counts.reduce(0, &+) &+ self.negative.counts.reduce(0, &+) }

    /// Beyond the range of finite numbers in a cell only.
    @inline(__always)
    private(set) var sum: Double {
        get { Double(bitPattern: self.words[Word.sum]) }
        nonmutating set { self.words[Word.sum] = newValue.bitPattern }
    }

    /// Infinity without values.
    @inline(__always)
    private(set) var least: Double {
        get { Double(bitPattern: self.words[Word.least]) }
        nonmutating set { self.words[Word.least] = newValue.bitPattern }
    }

    /// Minus infinity without values.
    @inline(__always)
    private(set) var greatest: Double {
        get { Double(bitPattern: self.words[Word.greatest]) }
        nonmutating set { self.words[Word.greatest] = newValue.bitPattern }
    }

    /// How many values were zero, of whatever sign.
    @inline(__always)
    private(set) var zeros: UInt64 {
        get { self.words[Word.zeros] }
        nonmutating set { self.words[Word.zeros] = newValue }
    }

    @inline(__always)
    private(set) var scale: Int {
        get { Int(truncatingIfNeeded: self.words[Word.scale]) }
        nonmutating set { self.words[Word.scale] = UInt64(bitPattern: Int64(newValue)) }
    }

    var positive: ExponentialBuckets { ExponentialBuckets(words: self.words + Word.positive) }
    var negative: ExponentialBuckets { ExponentialBuckets(words: self.words + Word.negative) }
}
