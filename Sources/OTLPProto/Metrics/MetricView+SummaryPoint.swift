public import OTelAPI
import OTelWire

extension MetricView {
    /// One series of a summary, which only comes from other systems (`specification/metrics/data-model.md`,
    /// "Summary").
    public struct SummaryPoint: Sendable, Hashable {
        /// What tells the series from others.
        public var attributes: OTelAttributes
        /// The beginning of what it covers; nil when unknown.
        public var startTime: OTelTimestamp?
        /// The end of what it covers.
        public var time: OTelTimestamp
        /// How many values.
        public var count: UInt64
        /// Their sum.
        public var sum: Double
        /// Values below which a part of all values lies, ascending.
        public var quantiles: [Quantile]
        /// False where a series has ended or has a gap: then only attributes and times mean something.
        public var hasRecordedValue: Bool

        /// A point of a series without attributes, but for what is given.
        public init(
            count: UInt64,
            sum: Double,
            quantiles: [Quantile] = [],
            attributes: OTelAttributes = [:],
            startTime: OTelTimestamp? = nil,
            time: OTelTimestamp,
            hasRecordedValue: Bool = true
        ) {
            self.attributes = attributes
            self.startTime = startTime
            self.time = time
            self.count = count
            self.sum = sum
            self.quantiles = quantiles
            self.hasRecordedValue = hasRecordedValue
        }

        /// The value below which a part of all values lies.
        public struct Quantile: Sendable, Hashable {
            /// The part, from 0, the least value, to 1, the greatest.
            public var quantile: Double
            /// The value.
            public var value: Double

            /// A quantile and its value.
            public init(_ quantile: Double, value: Double) {
                self.quantile = quantile
                self.value = value
            }
        }
    }
}

extension MetricView.SummaryPoint: MetricDataPoint {
    /// A summary has none.
    package var exemplars: [MetricView.Exemplar] { [] }

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.init(count: 0, sum: 0, attributes: ValueDecoder.attributes(bytes, number: 7), time: .unknown)
        var reader = WireReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.value) {
            case (2, .fixed64(let bits)): self.startTime = OTelTimestamp(unlessZero: bits)
            case (3, .fixed64(let bits)): self.time = OTelTimestamp(unixNanoseconds: bits)
            case (4, .fixed64(let bits)): self.count = bits
            case (5, .fixed64(let bits)): self.sum = Double(bitPattern: bits)
            case (6, .bytes(let quantile)): self.quantiles.append(Quantile(quantile))
            case (8, .varint(let flags)): self.hasRecordedValue = Self.hasRecordedValue(flags)
            default: ()
            }
        }
    }
}

extension MetricView.SummaryPoint.Quantile {
    fileprivate init(_ bytes: UnsafeRawBufferPointer) {
        self.init(0, value: 0)
        var reader = WireReader(bytes)
        while let field = reader.next() {
            guard let bits = field.value.fixed64 else { continue }
            if field.number == 1 { self.quantile = Double(bitPattern: bits) }
            if field.number == 2 { self.value = Double(bitPattern: bits) }
        }
    }
}
