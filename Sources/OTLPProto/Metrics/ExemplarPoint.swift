package import OTelAPI
import OTelWire

/// An `Exemplar` to be written: one of the measurements behind a point.
package struct ExemplarPoint: Sendable {
    /// The `KeyValue` fields of the attributes that the point does not have, with the tag of this message.
    package static let attributesTag: UInt8 = 0x3a

    package var filteredAttributes: [UInt8]
    package var time: UInt64
    /// An `Int64` or a `Double`.
    package var bits: UInt64
    package var isInteger: Bool
    /// Left out when invalid.
    package var traceID = OTelTraceID.invalid
    /// Left out when invalid.
    package var spanID = OTelSpanID.invalid

    package init(filteredAttributes: [UInt8] = [], time: UInt64, bits: UInt64, isInteger: Bool) {
        self.filteredAttributes = filteredAttributes
        self.time = time
        self.bits = bits
        self.isInteger = isInteger
    }

    private var size: Int {
        18 + (self.spanID.isValid ? 10 : 0) + (self.traceID.isValid ? 18 : 0) + self.filteredAttributes.count
    }

    /// Bytes as an element of `exemplars`.
    var fieldSize: Int { Wire.lengthDelimitedSize(self.size) }

    func put(_ tag: UInt8, to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var position = Wire.putLength(self.size, to: Wire.put8(tag, to: start))
        position = Wire.put64(self.time, to: Wire.put8(0x11, to: position))
        if !self.isInteger { position = Wire.put64(self.bits, to: Wire.put8(0x19, to: position)) }
        if self.spanID.isValid {
            position = Wire.put64(self.spanID.value.byteSwapped, to: Wire.put16(0x0822, to: position))
        }
        if self.traceID.isValid {
            position = Wire.put64(self.traceID.high.byteSwapped, to: Wire.put16(0x102a, to: position))
            position = Wire.put64(self.traceID.low.byteSwapped, to: position)
        }
        if self.isInteger { position = Wire.put64(self.bits, to: Wire.put8(0x31, to: position)) }
        return Wire.put(self.filteredAttributes, to: position)
    }
}
