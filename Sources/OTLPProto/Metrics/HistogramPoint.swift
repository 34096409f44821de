import OTelWire

/// A `HistogramDataPoint` to be written.
package struct HistogramPoint: MetricPoint {
    /// The `KeyValue` fields, with the tag of this message.
    package static let attributesTag: UInt8 = 0x4a

    package var attributes: AttributeFields
    package var start: UInt64
    package var time: UInt64
    /// One more than `bounds`, or none at all.
    package var counts: UnsafeBufferPointer<UInt64>
    package var bounds: UnsafeBufferPointer<Double>
    /// Left out where negative values make it meaningless.
    package var sum: Double?
    package var min: Double?
    package var max: Double?
    /// How many values; nil for the sum of `counts`.
    package var count: UInt64?
    package var exemplars: [ExemplarPoint] = []
    package var hasRecordedValue = true

    package init(
        attributes: [UInt8],
        start: UInt64,
        time: UInt64,
        counts: UnsafeBufferPointer<UInt64>,
        bounds: UnsafeBufferPointer<Double>
    ) {
        self.attributes = .array(attributes)
        self.start = start
        self.time = time
        self.counts = counts
        self.bounds = bounds
    }

    private var size: Int {
        27 + self.attributes.count + self.optionalsSize + Self.size(self.counts.count) + Self.size(self.bounds.count)
            + Wire.size(self.exemplars)
    }

    private var optionalsSize: Int {
        Wire.size(self.sum) + Wire.size(self.min) + Wire.size(self.max) + (self.hasRecordedValue ? 0 : 2)
    }

    /// Bytes of so many packed numbers of 64 bits.
    private static func size(_ count: Int) -> Int { count == 0 ? 0 : Wire.lengthDelimitedSize(count * 8) }

    package var fieldSize: Int { Wire.lengthDelimitedSize(self.size) }

    package func put(to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var position = Wire.putLength(self.size, to: Wire.put8(0x0a, to: start))
        position = Wire.put64(self.start, to: Wire.put8(0x11, to: position))
        position = Wire.put64(self.time, to: Wire.put8(0x19, to: position))
        position = Wire.put64(self.count ?? self.counts.reduce(0, &+), to: Wire.put8(0x21, to: position))
        position = Wire.put(0x29, self.sum, to: position)
        if !self.counts.isEmpty {
            position = Wire.putLength(self.counts.count * 8, to: Wire.put8(0x32, to: position))
            for count in self.counts { position = Wire.put64(count, to: position) }
        }
        if !self.bounds.isEmpty {
            position = Wire.putLength(self.bounds.count * 8, to: Wire.put8(0x3a, to: position))
            for bound in self.bounds { position = Wire.put64(bound.bitPattern, to: position) }
        }
        position = Wire.put(0x42, self.exemplars, to: position)
        position = Wire.put(self.attributes, to: position)
        position = Wire.putFlags(0x50, hasRecordedValue: self.hasRecordedValue, to: position)
        return Wire.put(0x61, self.max, to: Wire.put(0x59, self.min, to: position))
    }
}
