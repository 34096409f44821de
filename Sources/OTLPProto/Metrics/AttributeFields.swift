import OTelWire

/// The encoded attributes of a point: fields with the tag of its message, one after the other.
package enum AttributeFields {
    /// Bytes of their own.
    case array([UInt8])
    /// Bytes in the memory of a series, which lives longer than the point.
    case memory(UnsafeRawBufferPointer)

    var count: Int {
        switch self {
        case .array(let bytes): bytes.count
        case .memory(let bytes): bytes.count
        }
    }
}

extension Wire {
    static func put(_ attributes: AttributeFields, to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        switch attributes {
        case .array(let bytes): self.put(bytes, to: start)
        case .memory(let bytes): bytes.baseAddress.map { self.putBytes($0, bytes.count, to: start) } ?? start
        }
    }
}
