public import OTelAPI
import OTelWire

extension MetricView {
    /// One series of a histogram.
    public struct HistogramPoint: Sendable, Hashable {
        /// What tells the series from others.
        public var attributes: OTelAttributes
        /// The beginning of what it covers; nil when unknown.
        public var startTime: OTelTimestamp?
        /// The end of what it covers.
        public var time: OTelTimestamp
        /// How many values.
        public var count: UInt64
        /// Their sum; nil when some were negative.
        ///
        /// Infinite values are not part of it.
        public var sum: Double?
        /// The least finite value; nil when there was none.
        public var min: Double?
        /// The greatest finite value; nil when there was none.
        public var max: Double?
        /// Values in each range: one more than `bounds`, or none at all.
        public var bucketCounts: [UInt64]
        /// The inclusive upper bound of each range but the last, ascending.
        public var bounds: [Double]
        /// Some of the measurements behind the counts.
        public var exemplars: [Exemplar]
        /// False where a series has ended or has a gap: then only attributes and times mean something.
        public var hasRecordedValue: Bool

        /// A point of a series without attributes, but for what is given; the count is the sum of the ranges' counts.
        public init(
            bucketCounts: [UInt64],
            bounds: [Double],
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
            self.count = bucketCounts.reduce(0, &+)
            self.sum = sum
            self.min = min
            self.max = max
            self.bucketCounts = bucketCounts
            self.bounds = bounds
            self.exemplars = exemplars
            self.hasRecordedValue = hasRecordedValue
        }
    }
}

extension MetricView.HistogramPoint: MetricDataPoint {
    package init(_ bytes: UnsafeRawBufferPointer) {
        let attributes = ValueDecoder.attributes(bytes, number: 9)
        self.init(bucketCounts: [], bounds: [], attributes: attributes, time: .unknown)
        var reader = WireReader(bytes)
        while let field = reader.next() { self.take(field) }
    }

    private mutating func take(_ field: WireReader.Field) {
        switch (field.number, field.value) {
        case (2, .fixed64(let bits)): self.startTime = OTelTimestamp(unlessZero: bits)
        case (3, .fixed64(let bits)): self.time = OTelTimestamp(unixNanoseconds: bits)
        case (4, .fixed64(let bits)): self.count = bits
        case (5, .fixed64(let bits)): self.sum = Double(bitPattern: bits)
        case (6, _): field.value.forEachFixed64 { self.bucketCounts.append($0) }
        case (7, _): field.value.forEachFixed64 { self.bounds.append(Double(bitPattern: $0)) }
        case (8, .bytes(let exemplar)): self.exemplars.append(MetricView.Exemplar(exemplar))
        case (10, .varint(let flags)): self.hasRecordedValue = Self.hasRecordedValue(flags)
        case (11, .fixed64(let bits)): self.min = Double(bitPattern: bits)
        case (12, .fixed64(let bits)): self.max = Double(bitPattern: bits)
        default: ()
        }
    }
}
