/// Lets through so many a second: up to a second's worth at once, and at least one.
///
/// Plain data, which the caller locks. The time is the monotonic clock's, in nanoseconds; one that goes back, as two
/// threads may see it, counts as standing still.
struct TokenBucket: Sendable {
    private var rate: Double
    private var balance: Double
    private var updated: UInt64

    /// A full bucket; `rate` is finite and not negative.
    init(rate: Double, at now: UInt64) {
        self.rate = rate
        self.balance = Self.capacity(rate)
        self.updated = now
    }

    /// A rate of zero lets nothing through, not even at first.
    private static func capacity(_ rate: Double) -> Double {
        rate > 0 ? max(rate, 1) : 0
    }

    /// Whether one more may pass.
    mutating func take(at now: UInt64) -> Bool {
        self.refill(at: now)
        guard self.balance >= 1 else { return false }
        self.balance -= 1
        return true
    }

    /// Changes the rate and keeps how full the bucket is, so that a change is no occasion for a burst.
    mutating func setRate(_ rate: Double, at now: UInt64) {
        guard rate != self.rate else { return }
        self.refill(at: now)
        let old = Self.capacity(self.rate)
        let new = Self.capacity(rate)
        self.balance = old > 0 ? self.balance * (new / old) : new
        self.rate = rate
    }

    /// Whether the bucket is as good as new.
    mutating func isFull(at now: UInt64) -> Bool {
        self.refill(at: now)
        return self.balance >= Self.capacity(self.rate)
    }

    private mutating func refill(at now: UInt64) {
        guard now > self.updated else { return }
        let seconds = Double(now - self.updated) / 1_000_000_000
        self.balance = min(self.balance + seconds * self.rate, Self.capacity(self.rate))
        self.updated = now
    }
}
