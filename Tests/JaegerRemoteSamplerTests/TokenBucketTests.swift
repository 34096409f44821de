import Testing

@testable import JaegerRemoteSampler

@Suite("Token bucket")
struct TokenBucketTests {
    @Test(
        "lets a second's worth through at once, at least one, and nothing with a rate of zero",
        arguments: [(rate: 0.0, burst: 0), (0.001, 1), (1, 1), (2.5, 2), (10, 10)]
    )
    func burst(rate: Double, burst: Int) {
        let bucket = Bucket(rate: rate, at: 5)
        let passed = (0..<100).filter { _ in bucket.take(at: 5) }.count
        #expect(passed == burst)
    }

    @Test(
        "then lets the rate through",
        arguments: [(rate: 0.0, expected: 0), (0.1, 10), (1, 100), (7, 700), (1000, 100_000)]
    )
    func rate(rate: Double, expected: Int) {
        let bucket = Bucket(rate: rate, at: 0)
        while bucket.take(at: 0) {}
        var passed = 0
        // 100 s, far more often than the rate.
        for step in 1...1_000_000 { if bucket.take(at: UInt64(step) * 100_000) { passed += 1 } }
        // What is left over of the last refill.
        #expect(abs(passed - expected) <= 1)
    }

    @Test("does not save up more than a second's worth")
    func cap() {
        let bucket = Bucket(rate: 3, at: 0)
        let later: UInt64 = 3_600_000_000_000
        let passed = (0..<100).filter { _ in bucket.take(at: later) }.count
        #expect(passed == 3)
    }

    @Test("stands still while the clock goes back")
    func backwards() {
        let bucket = Bucket(rate: 1, at: 10_000_000_000)
        #expect(bucket.take(at: 10_000_000_000))
        #expect(!bucket.take(at: 0))
        #expect(!bucket.take(at: 10_900_000_000))
        #expect(bucket.take(at: 11_000_000_000))
    }

    @Test("keeps how full it is when the rate changes")
    func change() {
        let bucket = Bucket(rate: 10, at: 0)
        for _ in 0..<5 { _ = bucket.take(at: 0) }
        bucket.setRate(100, at: 0)
        let half = (0..<1000).filter { _ in bucket.take(at: 0) }.count
        #expect(half == 50)
        bucket.setRate(10, at: 0)
        #expect(!bucket.take(at: 0))
        bucket.setRate(0, at: 0)
        #expect(!bucket.take(at: 3_600_000_000_000))
        bucket.setRate(2, at: 3_600_000_000_000)
        #expect(bucket.take(at: 3_600_000_000_000))
    }

    @Test("is full when nothing was taken for long enough")
    func full() {
        let bucket = Bucket(rate: 0.5, at: 0)
        #expect(bucket.isFull(at: 0))
        _ = bucket.take(at: 0)
        #expect(!bucket.isFull(at: 1_900_000_000))
        #expect(bucket.isFull(at: 2_000_000_000))
    }
}

/// A bucket that an expectation can take from.
private final class Bucket {
    private var bucket: TokenBucket

    init(rate: Double, at now: UInt64) {
        self.bucket = TokenBucket(rate: rate, at: now)
    }

    func take(at now: UInt64) -> Bool { self.bucket.take(at: now) }
    func setRate(_ rate: Double, at now: UInt64) { self.bucket.setRate(rate, at: now) }
    func isFull(at now: UInt64) -> Bool { self.bucket.isFull(at: now) }
}
