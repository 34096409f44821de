public import OTelAPI
import OTelWire

extension MetricView {
    /// One series of an exponential histogram (`specification/metrics/data-model.md`, "ExponentialHistogram").
    public struct ExponentialHistogramPoint: Sendable, Hashable {
        /// What tells the series from others.
        public var attributes: OTelAttributes
        /// The beginning of what it covers; nil when unknown.
        public var startTime: OTelTimestamp?
        /// The end of what it covers.
        public var time: OTelTimestamp
        /// How many values, in all ranges and around zero.
        public var count: UInt64
        /// Their sum; nil when some were negative.
        public var sum: Double?
        /// The least value; nil when there was none.
        public var min: Double?
        /// The greatest value; nil when there was none.
        public var max: Double?
        /// How fine the ranges are: each is 2^(2^-scale) times as wide as the one before.
        public var scale: Int32
        /// Values from `-zeroThreshold` to `zeroThreshold`.
        public var zeroCount: UInt64
        /// The bounds, inclusive, of what counts as zero.
        public var zeroThreshold: Double
        /// The ranges above zero.
        public var positive: Buckets
        /// The ranges below zero, by absolute value.
        public var negative: Buckets
        /// Some of the measurements behind the counts.
        public var exemplars: [Exemplar]
        /// False where a series has ended or has a gap: then only attributes and times mean something.
        public var hasRecordedValue: Bool

        /// A point of a series without attributes, but for what is given; the count is the sum of all counts.
        public init(
            scale: Int32,
            positive: Buckets = Buckets(),
            negative: Buckets = Buckets(),
            zeroCount: UInt64 = 0,
            zeroThreshold: Double = 0,
            sum: Double? = nil,
            min: Double? = nil,
            max: Double? = nil,
            attributes: OTelAttributes = [:],
            startTime: OTelTimestamp? = nil,
            time: OTelTimestamp,
            exemplars: [Exemplar] = [],
            hasRecordedValue: Bool = true
        ) {
            self.attributes = attributes
            self.startTime = startTime
            self.time = time
            self.count = positive.counts.reduce(negative.counts.reduce(zeroCount, &+), &+)
            self.sum = sum
            self.min = min
            self.max = max
            self.scale = scale
            self.zeroCount = zeroCount
            self.zeroThreshold = zeroThreshold
            self.positive = positive
            self.negative = negative
            self.exemplars = exemplars
            self.hasRecordedValue = hasRecordedValue
        }

        /// The exclusive lower bound of the range with this index, 2^(index · 2^-scale), which is the inclusive upper
        /// bound of the one before; of absolute values.
        ///
        /// Zero and infinity beyond the range of `Double`.
        public func lowerBound(ofBucket index: Int) -> Double {
            ExponentialScale.lowerBound(ofBucket: index, scale: Int(self.scale))
        }

        /// Counts of neighbouring ranges.
        public struct Buckets: Sendable, Hashable {
            /// The index of the first range.
            public var offset: Int32
            /// Values in each range.
            public var counts: [UInt64]

            /// Ranges from `offset` on; by default none.
            public init(offset: Int32 = 0, counts: [UInt64] = []) {
                self.offset = offset
                self.counts = counts
            }
        }
    }
}

extension MetricView.ExponentialHistogramPoint: MetricDataPoint {
    package init(_ bytes: UnsafeRawBufferPointer) {
        self.init(scale: 0, attributes: ValueDecoder.attributes(bytes, number: 1), time: .unknown)
        var reader = WireReader(bytes)
        while let field = reader.next() { self.take(field) }
    }

    private mutating func take(_ field: WireReader.Field) {
        switch (field.number, field.value) {
        case (2, .fixed64(let bits)): self.startTime = OTelTimestamp(unlessZero: bits)
        case (3, .fixed64(let bits)): self.time = OTelTimestamp(unixNanoseconds: bits)
        case (4, .fixed64(let bits)): self.count = bits
        case (5, .fixed64(let bits)): self.sum = Double(bitPattern: bits)
        case (6, .varint(let bits)): self.scale = Int32(zigzag: bits)
        case (7, .fixed64(let bits)): self.zeroCount = bits
        case (8, .bytes(let buckets)): self.positive.take(buckets)
        case (9, .bytes(let buckets)): self.negative.take(buckets)
        case (10, .varint(let flags)): self.hasRecordedValue = Self.hasRecordedValue(flags)
        case (11, .bytes(let exemplar)): self.exemplars.append(MetricView.Exemplar(exemplar))
        case (12, .fixed64(let bits)): self.min = Double(bitPattern: bits)
        case (13, .fixed64(let bits)): self.max = Double(bitPattern: bits)
        case (14, .fixed64(let bits)): self.zeroThreshold = Double(bitPattern: bits)
        default: ()
        }
    }
}

extension MetricView.ExponentialHistogramPoint.Buckets {
    fileprivate mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var reader = WireReader(bytes)
        while let field = reader.next() {
            if field.number == 1, let bits = field.value.varint { self.offset = Int32(zigzag: bits) }
            if field.number == 2 { field.value.forEachVarint { self.counts.append($0) } }
        }
    }
}

extension Int32 {
    /// A `sint32`.
    fileprivate init(zigzag bits: UInt64) {
        let bits = UInt32(truncatingIfNeeded: bits)
        self.init(bitPattern: bits >> 1 ^ (0 &- bits & 1))
    }
}
