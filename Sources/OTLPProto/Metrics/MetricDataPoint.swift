package import OTelAPI
import OTelWire

/// What the points of all kinds have in common.
package protocol MetricDataPoint: Sendable, Hashable {
    var attributes: OTelAttributes { get }
    var startTime: OTelTimestamp? { get }
    var time: OTelTimestamp { get }
    var hasRecordedValue: Bool { get }
    var exemplars: [MetricView.Exemplar] { get }

    /// Reads the message: any bytes, as far as they make sense.
    init(_ bytes: UnsafeRawBufferPointer)
}

extension MetricDataPoint {
    static func hasRecordedValue(_ flags: UInt64) -> Bool { flags & UInt64(Wire.noRecordedValue) == 0 }
}

extension OTelTimestamp {
    /// What stands for a time that was left out.
    static let unknown = OTelTimestamp(unixNanoseconds: 0)

    /// Nil for zero, which means that the time is unknown.
    init?(unlessZero nanoseconds: UInt64) {
        guard nanoseconds != 0 else { return nil }
        self.init(unixNanoseconds: nanoseconds)
    }
}

// Repeated numbers: packed or, as decoders must accept, one by one.
extension WireReader.Value {
    func forEachFixed64(_ body: (UInt64) -> Void) {
        switch self {
        case .fixed64(let bits): body(bits)
        case .bytes(let bytes):
            for offset in stride(from: 0, to: bytes.count & ~7, by: 8) {
                body(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            }
        case .varint, .fixed32: ()
        }
    }

    func forEachVarint(_ body: (UInt64) -> Void) {
        switch self {
        case .varint(let value): body(value)
        case .bytes(let bytes):
            var reader = WireReader(bytes)
            while let value = reader.nextVarint() { body(value) }
        case .fixed64, .fixed32: ()
        }
    }
}
