import OTelWire

/// An `ExponentialHistogramDataPoint` to be written.
package struct ExponentialHistogramPoint: MetricPoint {
    /// The `KeyValue` fields, with the tag of this message.
    package static let attributesTag: UInt8 = 0x0a

    package var attributes: AttributeFields
    package var start: UInt64
    package var time: UInt64
    /// How many values, in all ranges and around zero.
    package var count: UInt64
    package var scale: Int32
    package var positive: Buckets
    package var negative: Buckets
    package var zeroCount: UInt64 = 0
    package var zeroThreshold = 0.0
    /// Left out where negative values make it meaningless.
    package var sum: Double?
    package var min: Double?
    package var max: Double?
    package var exemplars: [ExemplarPoint] = []
    package var hasRecordedValue = true

    package init(
        attributes: [UInt8],
        start: UInt64,
        time: UInt64,
        count: UInt64,
        scale: Int32,
        positive: Buckets = Buckets(),
        negative: Buckets = Buckets()
    ) {
        self.attributes = .array(attributes)
        self.start = start
        self.time = time
        self.count = count
        self.scale = scale
        self.positive = positive
        self.negative = negative
    }

    private var size: Int {
        27 + self.attributes.count + self.optionalsSize + Wire.sint32FieldSize(self.scale)
            + self.positive.fieldSize + self.negative.fieldSize + Wire.size(self.exemplars)
    }

    private var optionalsSize: Int {
        Wire.size(self.sum) + Wire.size(self.min) + Wire.size(self.max) + (self.zeroCount == 0 ? 0 : 9)
            + (self.zeroThreshold == 0 ? 0 : 9) + (self.hasRecordedValue ? 0 : 2)
    }

    package var fieldSize: Int { Wire.lengthDelimitedSize(self.size) }

    package func put(to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var position = Wire.putLength(self.size, to: Wire.put8(0x0a, to: start))
        position = Wire.put(self.attributes, to: position)
        position = Wire.put64(self.start, to: Wire.put8(0x11, to: position))
        position = Wire.put64(self.time, to: Wire.put8(0x19, to: position))
        position = Wire.put64(self.count, to: Wire.put8(0x21, to: position))
        position = Wire.put(0x29, self.sum, to: position)
        position = Wire.putSint32(0x30, self.scale, to: position)
        if self.zeroCount != 0 { position = Wire.put64(self.zeroCount, to: Wire.put8(0x39, to: position)) }
        position = self.positive.put(0x42, to: position)
        position = self.negative.put(0x4a, to: position)
        position = Wire.putFlags(0x50, hasRecordedValue: self.hasRecordedValue, to: position)
        position = Wire.put(0x5a, self.exemplars, to: position)
        position = Wire.put(0x69, self.max, to: Wire.put(0x61, self.min, to: position))
        return self.zeroThreshold == 0 ? position : Wire.put(0x71, self.zeroThreshold, to: position)
    }
}

extension ExponentialHistogramPoint {
    /// The ranges on one side of zero.
    package struct Buckets {
        /// The index of the first range.
        package let offset: Int32
        package let counts: UnsafeBufferPointer<UInt64>
        /// Bytes of the counts as packed varints.
        private let countsSize: Int

        package init(offset: Int32, counts: UnsafeBufferPointer<UInt64>) {
            self.offset = offset
            self.counts = counts
            self.countsSize = counts.reduce(0) { $0 &+ Wire.varintSize($1) }
        }

        /// No ranges.
        package init() {
            self.init(offset: 0, counts: UnsafeBufferPointer(start: nil, count: 0))
        }

        private var size: Int { Wire.sint32FieldSize(self.offset) + Wire.lengthDelimitedSize(self.countsSize) }

        fileprivate var fieldSize: Int { self.counts.isEmpty ? 0 : Wire.lengthDelimitedSize(self.size) }

        fileprivate func put(_ tag: UInt8, to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
            guard !self.counts.isEmpty else { return start }
            var position = Wire.putLength(self.size, to: Wire.put8(tag, to: start))
            position = Wire.putSint32(0x08, self.offset, to: position)
            position = Wire.putLength(self.countsSize, to: Wire.put8(0x12, to: position))
            for count in self.counts { position = Wire.putVarint(count, to: position) }
            return position
        }
    }
}

extension Wire {
    private static func zigzag(_ value: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: value &<< 1 ^ value &>> 31))
    }

    /// Bytes of a `sint32` field with a one-byte tag; zero is left out.
    fileprivate static func sint32FieldSize(_ value: Int32) -> Int {
        value == 0 ? 0 : 1 + varintSize(zigzag(value))
    }

    fileprivate static func putSint32(
        _ tag: UInt8,
        _ value: Int32,
        to start: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        value == 0 ? start : putVarint(zigzag(value), to: put8(tag, to: start))
    }
}
