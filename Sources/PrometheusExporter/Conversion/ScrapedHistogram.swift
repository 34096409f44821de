import OTLPProto

/// Counts in ranges with explicit bounds, the only ones that the text formats have.
struct ScrapedHistogram: Sendable, Hashable {
    var count: UInt64
    /// Nil when some values were negative.
    var sum: Double?
    /// The inclusive upper bound of each range but the last, which ends nowhere; ascending.
    var bounds: [Double]
    /// Values in each range: one more than `bounds`, or none at all.
    var counts: [UInt64]

    init(_ point: MetricView.HistogramPoint) {
        self.count = point.count
        self.sum = point.sum
        self.bounds = point.bounds
        self.counts = point.bucketCounts
    }

    /// An exponential histogram at the scale it has: its ranges from the lowest to the highest.
    ///
    /// As many as it has itself, 160 on each side of zero at most; they change with the scale.
    init(_ point: MetricView.ExponentialHistogramPoint) {
        var ranges: [(bound: Double, count: UInt64)] = []
        // Below zero the bound with the smaller magnitude is the upper one.
        for (index, count) in point.negative.counts.enumerated().reversed() {
            ranges.append((-point.lowerBound(ofBucket: Int(point.negative.offset) + index), count))
        }
        if point.zeroCount > 0 || !ranges.isEmpty { ranges.append((point.zeroThreshold, point.zeroCount)) }
        for (index, count) in point.positive.counts.enumerated() {
            ranges.append((point.lowerBound(ofBucket: Int(point.positive.offset) + index + 1), count))
        }
        self.init(ranges, count: point.count, sum: point.sum)
    }

    /// Ranges whose bounds are too fine or too large for a number fall together.
    private init(_ ranges: [(bound: Double, count: UInt64)], count: UInt64, sum: Double?) {
        self.count = count
        self.sum = sum
        self.bounds = []
        self.counts = []
        var beyond: UInt64 = 0
        for range in ranges {
            if range.bound == .infinity {
                beyond &+= range.count
            } else if let last = self.bounds.last, range.bound <= last {
                self.counts[self.counts.count - 1] &+= range.count
            } else {
                self.bounds.append(range.bound)
                self.counts.append(range.count)
            }
        }
        self.counts.append(beyond)
    }
}
