import OTelWire

/// What one `Metric` message holds apart from its points.
package struct MetricHead: Sendable, Hashable {
    /// The fields `name`, `description` and `unit`.
    package let bytes: [UInt8]
    package let shape: MetricShape

    package init(name: String, description: String, unit: String, shape: MetricShape) {
        var buffer = ByteBuffer()
        if !name.isEmpty { buffer.stringField(0x0a, name) }
        if !description.isEmpty { buffer.stringField(0x12, description) }
        if !unit.isEmpty { buffer.stringField(0x1a, unit) }
        self.bytes = buffer.array()
        self.shape = shape
    }
}

/// The data of a metric: the member of the `oneof` and its own fields.
package enum MetricShape: Sendable, Hashable {
    case gauge
    case sum(AggregationTemporality, isMonotonic: Bool)
    case histogram(AggregationTemporality)
    case exponentialHistogram(AggregationTemporality)
    case summary

    fileprivate var tag: UInt8 {
        switch self {
        case .gauge: 0x2a
        case .sum: 0x3a
        case .histogram: 0x4a
        case .exponentialHistogram: 0x52
        case .summary: 0x5a
        }
    }

    /// The bytes behind the points.
    fileprivate var suffixSize: Int {
        switch self {
        case .gauge, .summary: 0
        case .sum(_, let isMonotonic): isMonotonic ? 4 : 2
        case .histogram, .exponentialHistogram: 2
        }
    }

    fileprivate func putSuffix(to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        switch self {
        case .gauge, .summary: return start
        case .sum(let temporality, let isMonotonic):
            let position = Wire.put8(temporality.rawValue, to: Wire.put8(0x10, to: start))
            return isMonotonic ? Wire.put16(0x0118, to: position) : position
        case .histogram(let temporality), .exponentialHistogram(let temporality):
            return Wire.put8(temporality.rawValue, to: Wire.put8(0x10, to: start))
        }
    }
}

/// The layout of one `ScopeMetrics.metrics` field: written front to back with exact lengths.
package struct MetricRecord {
    private let head: MetricHead
    private let dataSize: Int

    /// The layout for points whose `fieldSize` adds up to `pointBytes`.
    package init(_ head: MetricHead, pointBytes: Int) {
        self.head = head
        self.dataSize = pointBytes + head.shape.suffixSize
    }

    private var messageSize: Int { self.head.bytes.count + Wire.lengthDelimitedSize(self.dataSize) }

    /// Bytes of the whole field.
    package var size: Int { Wire.lengthDelimitedSize(self.messageSize) }

    /// Writes all that precedes the points.
    package func putStart(to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var position = Wire.putLength(self.messageSize, to: Wire.put8(0x12, to: start))
        position = Wire.put(self.head.bytes, to: position)
        return Wire.putLength(self.dataSize, to: Wire.put8(self.head.shape.tag, to: position))
    }

    /// Writes all that follows the points.
    package func putEnd(to start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        self.head.shape.putSuffix(to: start)
    }
}
