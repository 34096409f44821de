import OTelWire

/// A `HistogramDataPoint` to be written.
package struct HistogramPoint {
    /// The `KeyValue` fields, with the tag of this message.
    package static let attributesTag: UInt8 = 0x4a

    package var attributes: [UInt8]
    package var start: UInt64
    package var time: UInt64
    /// One more than `bounds`; their sum is the point's count.
    package var counts: UnsafeBufferPointer<UInt64>
    package var bounds: UnsafeBufferPointer<Double>
    /// Left out where negative values make it meaningless.
    package var sum: Double?
    package var min: Double?
    package var max: Double?

    package init(
        attributes: [UInt8],
        start: UInt64,
        time: UInt64,
        counts: UnsafeBufferPointer<UInt64>,
        bounds: UnsafeBufferPointer<Double>
    ) {
        self.attributes = attributes
        self.start = start
        self.time = time
        self.counts = counts
        self.bounds = bounds
    }

    private var size: Int {
        27 + self.attributes.count + self.optionalsSize
            + Wire.lengthDelimitedSize(self.counts.count * 8)
            + (self.bounds.isEmpty ? 0 : Wire.lengthDelimitedSize(self.bounds.count * 8))
    }

    private var optionalsSize: Int {
        (self.sum == nil ? 0 : 9) + (self.min == nil ? 0 : 9) + (self.max == nil ? 0 : 9)
    }

    /// Bytes as an element of `data_points`.
    package var fieldSize: Int { Wire.lengthDelimitedSize(self.size) }

    package func put(to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var position = Wire.putLength(self.size, to: Wire.put8(0x0a, to: start))
        position = Wire.put64(self.start, to: Wire.put8(0x11, to: position))
        position = Wire.put64(self.time, to: Wire.put8(0x19, to: position))
        position = Wire.put64(self.counts.reduce(0, &+), to: Wire.put8(0x21, to: position))
        position = Self.put(0x29, self.sum, to: position)
        position = Wire.putLength(self.counts.count * 8, to: Wire.put8(0x32, to: position))
        for count in self.counts { position = Wire.put64(count, to: position) }
        if !self.bounds.isEmpty {
            position = Wire.putLength(self.bounds.count * 8, to: Wire.put8(0x3a, to: position))
            for bound in self.bounds { position = Wire.put64(bound.bitPattern, to: position) }
        }
        position = Wire.put(self.attributes, to: position)
        return Self.put(0x61, self.max, to: Self.put(0x59, self.min, to: position))
    }

    private static func put(
        _ tag: UInt8,
        _ value: Double?,
        to start: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        guard let value else { return start }
        return Wire.put64(value.bitPattern, to: Wire.put8(tag, to: start))
    }
}
