import OTelWire

// What the messages of points have in common. Tags are the bytes on the wire.
extension Wire {
    /// The flag of a point without a value (`specification/metrics/data-model.md`, "Data point flags").
    static let noRecordedValue: UInt8 = 1

    static func put(_ bytes: [UInt8], to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        bytes.withUnsafeBytes { raw in raw.baseAddress.map { putBytes($0, raw.count, to: start) } ?? start }
    }

    static func size(_ value: Double?) -> Int { value == nil ? 0 : 9 }

    static func put(_ tag: UInt8, _ value: Double?, to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        guard let value else { return start }
        return put64(value.bitPattern, to: put8(tag, to: start))
    }

    static func size(_ exemplars: [ExemplarPoint]) -> Int {
        exemplars.isEmpty ? 0 : exemplars.reduce(0) { $0 + $1.fieldSize }
    }

    static func put(
        _ tag: UInt8,
        _ exemplars: [ExemplarPoint],
        to start: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        exemplars.isEmpty ? start : exemplars.reduce(start) { $1.put(tag, to: $0) }
    }

    static func putFlags(
        _ tag: UInt8,
        hasRecordedValue: Bool,
        to start: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        hasRecordedValue ? start : put8(self.noRecordedValue, to: put8(tag, to: start))
    }
}
