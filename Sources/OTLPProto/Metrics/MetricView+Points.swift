public import OTelAPI
import OTelWire

extension MetricView {
    /// The value of a number point.
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
        public let attributes: OTelAttributes
        /// The beginning of what it covers; nil when unknown.
        public let startTime: OTelTimestamp?
        /// The end of what it covers.
        public let time: OTelTimestamp
        /// The sum or last value.
        public let value: Number

        init(_ bytes: UnsafeRawBufferPointer) {
            var start: UInt64 = 0
            var time: UInt64 = 0
            var value = Number.int(0)
            var reader = WireReader(bytes)
            while let field = reader.next() {
                switch (field.number, field.value) {
                case (2, .fixed64(let bits)): start = bits
                case (3, .fixed64(let bits)): time = bits
                case (4, .fixed64(let bits)): value = .double(Double(bitPattern: bits))
                case (6, .fixed64(let bits)): value = .int(Int64(bitPattern: bits))
                default: ()
                }
            }
            self.attributes = ValueDecoder.attributes(bytes, number: 7)
            self.startTime = start == 0 ? nil : OTelTimestamp(unixNanoseconds: start)
            self.time = OTelTimestamp(unixNanoseconds: time)
            self.value = value
        }
    }

    /// One series of a histogram.
    public struct HistogramPoint: Sendable, Hashable {
        /// What tells the series from others.
        public let attributes: OTelAttributes
        /// The beginning of what it covers; nil when unknown.
        public private(set) var startTime: OTelTimestamp?
        /// The end of what it covers.
        public private(set) var time = OTelTimestamp(unixNanoseconds: 0)
        /// How many values.
        public private(set) var count: UInt64 = 0
        /// Their sum; nil when some were negative.
        ///
        /// Infinite values are not part of it.
        public private(set) var sum: Double?
        /// The least finite value; nil when there was none.
        public private(set) var min: Double?
        /// The greatest finite value; nil when there was none.
        public private(set) var max: Double?
        /// Values in each range: one more than `bounds`.
        public private(set) var bucketCounts: [UInt64] = []
        /// The inclusive upper bound of each range but the last.
        public private(set) var bounds: [Double] = []

        init(_ bytes: UnsafeRawBufferPointer) {
            self.attributes = ValueDecoder.attributes(bytes, number: 9)
            var reader = WireReader(bytes)
            while let field = reader.next() { self.take(field) }
        }

        private mutating func take(_ field: WireReader.Field) {
            switch (field.number, field.value) {
            case (2, .fixed64(let bits)): self.startTime = bits == 0 ? nil : OTelTimestamp(unixNanoseconds: bits)
            case (3, .fixed64(let bits)): self.time = OTelTimestamp(unixNanoseconds: bits)
            case (4, .fixed64(let bits)): self.count = bits
            case (5, .fixed64(let bits)): self.sum = Double(bitPattern: bits)
            case (6, _): self.bucketCounts += Self.words(field.value)
            case (7, _): self.bounds += Self.words(field.value).map(Double.init(bitPattern:))
            case (11, .fixed64(let bits)): self.min = Double(bitPattern: bits)
            case (12, .fixed64(let bits)): self.max = Double(bitPattern: bits)
            default: ()
            }
        }

        /// Packed or, as decoders must accept, one by one.
        private static func words(_ value: WireReader.Value) -> [UInt64] {
            switch value {
            case .fixed64(let bits): [bits]
            case .bytes(let bytes):
                stride(from: 0, to: bytes.count & ~7, by: 8).map {
                    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
                }
            case .varint, .fixed32: []
            }
        }
    }
}
