public import OTelAPI
import OTelWire

extension MetricView {
    /// The value of a number point or exemplar.
    public enum Number: Sendable, Hashable {
        /// Of an instrument of integers.
        case int(Int64)
        /// Of a floating-point instrument.
        case double(Double)

        /// The value as a floating-point number.
        public var asDouble: Double {
            switch self {
            case .int(let value): Double(value)
            case .double(let value): value
            }
        }
    }

    /// One series of a sum or gauge.
    public struct NumberPoint: Sendable, Hashable {
        /// What tells the series from others.
        public var attributes: OTelAttributes
        /// The beginning of what it covers; nil when unknown.
        public var startTime: OTelTimestamp?
        /// The end of what it covers.
        public var time: OTelTimestamp
        /// The sum or last value.
        public var value: Number
        /// Some of the measurements behind the value.
        public var exemplars: [Exemplar]
        /// False where a series has ended or has a gap: then only attributes and times mean something.
        public var hasRecordedValue: Bool

        /// A point of a series without attributes, but for what is given.
        public init(
            _ value: Number,
            attributes: OTelAttributes = [:],
            startTime: OTelTimestamp? = nil,
            time: OTelTimestamp,
            exemplars: [Exemplar] = [],
            hasRecordedValue: Bool = true
        ) {
            self.attributes = attributes
            self.startTime = startTime
            self.time = time
            self.value = value
            self.exemplars = exemplars
            self.hasRecordedValue = hasRecordedValue
        }
    }
}

extension MetricView.NumberPoint: MetricDataPoint {
    package init(_ bytes: UnsafeRawBufferPointer) {
        self.init(.int(0), attributes: ValueDecoder.attributes(bytes, number: 7), time: .unknown)
        var reader = WireReader(bytes)
        while let field = reader.next() {
            switch (field.number, field.value) {
            case (2, .fixed64(let bits)): self.startTime = OTelTimestamp(unlessZero: bits)
            case (3, .fixed64(let bits)): self.time = OTelTimestamp(unixNanoseconds: bits)
            case (4, .fixed64(let bits)): self.value = .double(Double(bitPattern: bits))
            case (5, .bytes(let exemplar)): self.exemplars.append(MetricView.Exemplar(exemplar))
            case (6, .fixed64(let bits)): self.value = .int(Int64(bitPattern: bits))
            case (8, .varint(let flags)): self.hasRecordedValue = Self.hasRecordedValue(flags)
            default: ()
            }
        }
    }
}
