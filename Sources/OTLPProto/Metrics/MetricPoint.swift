import OTelWire

/// A point that is written straight from what a series holds.
package protocol MetricPoint {
    /// Bytes as an element of `data_points`.
    var fieldSize: Int { get }
    func put(to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer
}

/// A point that has been written already, as an element of `data_points`.
package struct EncodedPoint: MetricPoint {
    private let bytes: [UInt8]

    init(_ point: some MetricPoint) {
        self.bytes = Array(unsafeUninitializedCapacity: point.fieldSize) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            count = point.put(to: start) - UnsafeMutableRawPointer(start)
        }
    }

    /// A point whose message `write` writes.
    init(_ write: (inout ByteBuffer) -> Void) {
        var buffer = ByteBuffer()
        buffer.message(0x0a, write)
        self.bytes = buffer.array()
    }

    package var fieldSize: Int { self.bytes.count }

    package func put(to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        Wire.put(self.bytes, to: start)
    }
}
