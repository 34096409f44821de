import OTelWire

/// A `NumberDataPoint` to be written.
package struct NumberPoint: MetricPoint {
    /// The `KeyValue` fields, with the tag of this message.
    package static let attributesTag: UInt8 = 0x3a

    package var attributes: AttributeFields
    package var start: UInt64
    package var time: UInt64
    /// An `Int64` or a `Double`.
    package var bits: UInt64
    package var isInteger: Bool
    package var exemplars: [ExemplarPoint] = []
    /// Whether there is a value; else `bits` is left out.
    package var hasRecordedValue = true

    package init(attributes: [UInt8], start: UInt64, time: UInt64, bits: UInt64, isInteger: Bool) {
        self.attributes = .array(attributes)
        self.start = start
        self.time = time
        self.bits = bits
        self.isInteger = isInteger
    }

    private var size: Int {
        18 + (self.hasRecordedValue ? 9 : 2) + self.attributes.count + Wire.size(self.exemplars)
    }

    package var fieldSize: Int { Wire.lengthDelimitedSize(self.size) }

    package func put(to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var position = Wire.putLength(self.size, to: Wire.put8(0x0a, to: start))
        position = Wire.put64(self.start, to: Wire.put8(0x11, to: position))
        position = Wire.put64(self.time, to: Wire.put8(0x19, to: position))
        if self.hasRecordedValue {
            position = Wire.put64(self.bits, to: Wire.put8(self.isInteger ? 0x31 : 0x21, to: position))
        }
        position = Wire.put(0x2a, self.exemplars, to: position)
        position = Wire.put(self.attributes, to: position)
        return Wire.putFlags(0x40, hasRecordedValue: self.hasRecordedValue, to: position)
    }
}
