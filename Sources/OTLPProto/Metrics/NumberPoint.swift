import OTelWire

/// A `NumberDataPoint` to be written.
package struct NumberPoint {
    /// The `KeyValue` fields, with the tag of this message.
    package static let attributesTag: UInt8 = 0x3a

    package var attributes: [UInt8]
    package var start: UInt64
    package var time: UInt64
    /// An `Int64` or a `Double`.
    package var bits: UInt64
    package var isInteger: Bool

    package init(attributes: [UInt8], start: UInt64, time: UInt64, bits: UInt64, isInteger: Bool) {
        self.attributes = attributes
        self.start = start
        self.time = time
        self.bits = bits
        self.isInteger = isInteger
    }

    private var size: Int { 27 + self.attributes.count }

    /// Bytes as an element of `data_points`.
    package var fieldSize: Int { Wire.lengthDelimitedSize(self.size) }

    package func put(to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var position = Wire.putLength(self.size, to: Wire.put8(0x0a, to: start))
        position = Wire.put64(self.start, to: Wire.put8(0x11, to: position))
        position = Wire.put64(self.time, to: Wire.put8(0x19, to: position))
        position = Wire.put64(self.bits, to: Wire.put8(self.isInteger ? 0x31 : 0x21, to: position))
        return Wire.put(self.attributes, to: position)
    }
}
