import TestSupport

@testable import OTelSDK

/// A state with memory of its own, which is valid for as long as the object lives.
final class ExponentialHistogram: @unchecked Sendable {
    // Safety: one thread records, another takes, as `ExponentialState` allows.
    private let state: ExponentialState

    init(_ limits: ExponentialLimits = ExponentialLimits(), of values: [Double] = []) {
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: ExponentialState.wordCount)
        self.state = ExponentialState(words, limits)
        self.state.initialize()
        for value in values { self.record(value) }
    }

    deinit {
        self.state.free()
        self.state.words.deallocate()
    }

    func record(_ value: Double) { self.state.record(value) }
    func take(into other: ExponentialHistogram) { self.state.take(into: other.state) }
    func merge(into other: ExponentialHistogram) { self.state.merge(into: other.state) }
    func clear() { self.state.clear() }

    var isNew: Bool { self.state.words[0] != 0 }
    var isEmpty: Bool { self.state.isEmpty }
    var count: UInt64 { self.state.count }
    var sum: Double { self.state.sum }
    var least: Double { self.state.least }
    var greatest: Double { self.state.greatest }
    /// The address of the counts of positive values, and how many there is room for.
    var positiveRoom: [UInt64] { [self.state.positive.words[0], self.state.positive.words[1]] }

    var content: ExponentialContent {
        ExponentialContent(
            scale: self.state.scale,
            zeros: self.state.zeros,
            positive: Self.buckets(self.state.positive),
            negative: Self.buckets(self.state.negative)
        )
    }

    private static func buckets(_ buckets: ExponentialBuckets) -> [Int: UInt64] {
        let counts = buckets.counts.enumerated().filter { $0.element != 0 }
        return Dictionary(uniqueKeysWithValues: counts.map { (buckets.first + $0.offset, $0.element) })
    }
}

/// What an exponential histogram counts; buckets by index.
struct ExponentialContent: Equatable {
    var scale: Int
    var zeros: UInt64 = 0
    var positive: [Int: UInt64] = [:]
    var negative: [Int: UInt64] = [:]

    /// Buckets of these values at one scale, whatever their number.
    init(_ values: [Double], scale: Int) {
        self.scale = scale
        for value in values where value == 0 { self.zeros += 1 }
        for value in values where value > 0 {
            self.positive[ExponentialMapping().index(of: value, scale: scale), default: 0] += 1
        }
        for value in values where value < 0 {
            self.negative[ExponentialMapping().index(of: -value, scale: scale), default: 0] += 1
        }
    }

    init(scale: Int, zeros: UInt64, positive: [Int: UInt64], negative: [Int: UInt64]) {
        self.scale = scale
        self.zeros = zeros
        self.positive = positive
        self.negative = negative
    }

    /// At the highest scale that fits, found by trying all of them.
    static func best(_ values: [Double], _ limits: ExponentialLimits) -> ExponentialContent {
        var scale = limits.maxScale
        while true {
            let content = ExponentialContent(values, scale: scale)
            if content.fits(limits.maxSize) { return content }
            scale -= 1
        }
    }

    private func fits(_ maxSize: Int) -> Bool {
        [self.positive, self.negative].allSatisfy { buckets in
            guard let first = buckets.keys.min(), let last = buckets.keys.max() else { return true }
            return last - first < maxSize
        }
    }
}

extension SeededGenerator {
    /// Values of a random order of magnitude and spread; at times negative, zero, a power of two, or subnormal.
    mutating func histogramValues() -> [Double] {
        let center = Double.random(in: -1060...1000, using: &self)
        let spread = Double.random(in: 0...1, using: &self)
        let width = spread * spread * spread * 2000
        let allSigns: [[Double]] = [[1], [-1], [1, 1, -1, 0]]
        let signs = allSigns.randomElement(using: &self) ?? []
        return (0..<Int.random(in: 0...40, using: &self)).map { _ in
            var exponent = center + width * Double.random(in: -0.5...0.5, using: &self)
            exponent = max(-1074, min(1023, exponent))
            let base = Double(sign: .plus, exponent: Int(exponent.rounded(.down)), significand: 1)
            let isPower = UInt8.random(in: 0..<8, using: &self) == 0
            let value = isPower ? base : base * Double.random(in: 1..<2, using: &self)
            return value * (signs.randomElement(using: &self) ?? 1)
        }
    }
}
