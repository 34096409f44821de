import OTelSDK
import OTelWire

/// So many traces a second.
final class RateRule: Sendable {
    private let bucket: SpinLocked<TokenBucket>
    private let sampled: SamplingResult
    private let clock: MonotonicClock

    /// Goes on with the bucket of the rule that it replaces.
    init(rate: Double, replacing old: RateRule?, clock: @escaping MonotonicClock) {
        var bucket = old?.bucket.withLock { $0 } ?? TokenBucket(rate: rate, at: clock())
        bucket.setRate(rate, at: clock())
        self.bucket = SpinLocked(bucket)
        self.sampled = SamplerAttributes.result(.rateLimiting, rate)
        self.clock = clock
    }

    func decide(_ candidate: SpanCandidate) -> SamplingResult {
        let now = self.clock()
        guard self.bucket.withLock({ $0.take(at: now) }) else { return SamplingResult(.drop) }
        return self.sampled.withUnknownProbability(candidate)
    }
}

/// Nanoseconds of the monotonic clock.
typealias MonotonicClock = @Sendable () -> UInt64
