import OTelWire

/// The guaranteed and the highest rate of one operation.
final class OperationLimits: Sendable {
    struct Rates: Sendable, Equatable {
        /// 0 for no guarantee.
        var lower: Double
        var upper: Double?

        var isUnlimited: Bool { self.lower == 0 && self.upper == nil }
    }

    enum Verdict { case sampled, sampledForLowerBound, dropped }

    private struct Buckets: Sendable {
        var lower: TokenBucket
        var upper: TokenBucket?
    }

    private let buckets: SpinLocked<Buckets>

    init(_ rates: Rates, at now: UInt64) {
        let upper = rates.upper.map { TokenBucket(rate: $0, at: now) }
        self.buckets = SpinLocked(Buckets(lower: TokenBucket(rate: rates.lower, at: now), upper: upper))
    }

    /// Decides on a trace of the operation, which may be among those that its probability takes.
    ///
    /// Whatever is sampled counts towards both rates.
    func decide(isIncluded: Bool, at now: UInt64) -> Verdict {
        self.buckets.withLock { buckets in
            if isIncluded, buckets.upper?.take(at: now) ?? true {
                _ = buckets.lower.take(at: now)
                return .sampled
            }
            guard buckets.lower.take(at: now) else { return .dropped }
            _ = buckets.upper?.take(at: now)
            return .sampledForLowerBound
        }
    }

    func setRates(_ rates: Rates, at now: UInt64) {
        self.buckets.withLock { buckets in
            buckets.lower.setRate(rates.lower, at: now)
            guard let upper = rates.upper else {
                buckets.upper = nil
                return
            }
            if buckets.upper == nil { buckets.upper = TokenBucket(rate: upper, at: now) }
            buckets.upper?.setRate(upper, at: now)
        }
    }

    /// Whether new limits would do the same as these.
    func isIdle(at now: UInt64) -> Bool {
        self.buckets.withLock { buckets in
            buckets.lower.isFull(at: now) && (buckets.upper?.isFull(at: now) ?? true)
        }
    }
}
