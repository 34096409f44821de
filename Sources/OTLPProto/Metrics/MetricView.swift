public import OTelAPI
import OTelWire

/// A metric of one collection with its points, read lazily from its OTLP bytes.
///
/// Each property walks the message: read it once and keep the result. A view may be kept as long as you like; it keeps
/// the memory of its batch alive. A metric with very many points may come as several of the same name.
public struct MetricView: Sendable {
    private let record: RecordView

    package init(_ record: RecordView) {
        self.record = record
    }

    /// The name of the instrument.
    public var name: String { self.record.last(1)?.string ?? "" }

    /// What it tells; empty for nothing.
    public var description: String { self.record.last(2)?.string ?? "" }

    /// What its values are in; empty for none.
    public var unit: String { self.record.last(3)?.string ?? "" }

    /// What its points are.
    public var kind: Kind { self.data?.kind ?? .other }

    /// What its points cover; nil for gauges and summaries.
    public var temporality: AggregationTemporality? {
        self.data.flatMap { $0.hasTemporality ? $0.varint(2) : nil }
            .flatMap { AggregationTemporality(rawValue: UInt8(truncatingIfNeeded: $0)) }
    }

    /// Whether it is a sum that only grows.
    public var isMonotonic: Bool { self.data.map { $0.kind == .sum && $0.varint(3) == 1 } ?? false }

    /// The points of a sum or gauge; empty for other kinds.
    public var numberPoints: [NumberPoint] { self.points(.sum, .gauge) }

    /// The points of a histogram; empty for other kinds.
    public var histogramPoints: [HistogramPoint] { self.points(.histogram) }

    /// The points of an exponential histogram; empty for other kinds.
    public var exponentialHistogramPoints: [ExponentialHistogramPoint] { self.points(.exponentialHistogram) }

    /// The points of a summary; empty for other kinds.
    public var summaryPoints: [SummaryPoint] { self.points(.summary) }

    /// How many bytes it takes in an OTLP request.
    public var encodedSize: Int { self.record.size }

    /// The library that recorded it.
    public var scope: OTelScope { self.record.group.scope.scope }

    /// The attributes of the resource that recorded it.
    public var resource: OTelAttributes { self.record.resource.attributes }

    /// An open set.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        private let name: String

        /// Last values.
        public static let gauge = Kind(name: "gauge")
        /// Sums.
        public static let sum = Kind(name: "sum")
        /// Counts in ranges with explicit bounds.
        public static let histogram = Kind(name: "histogram")
        /// Counts in ranges whose width grows exponentially.
        public static let exponentialHistogram = Kind(name: "exponentialHistogram")
        /// Quantiles.
        public static let summary = Kind(name: "summary")
        /// Something that this version does not read.
        public static let other = Kind(name: "other")

        /// The name of the message.
        public var description: String { self.name }
    }

    private var data: DataView? {
        var data: DataView?
        var reader = WireReader(self.record.message)
        while let field = reader.next() {
            if let bytes = field.value.bytes, let kind = Self.kinds[field.number] {
                data = DataView(kind: kind, bytes: bytes)
            }
        }
        return data
    }

    /// By the numbers of their fields.
    private static let kinds: [Int: Kind] = [
        5: .gauge, 7: .sum, 9: .histogram, 10: .exponentialHistogram, 11: .summary,
    ]

    private func points<Point: MetricDataPoint>(_ kinds: Kind...) -> [Point] {
        guard let data = self.data, kinds.contains(data.kind) else { return [] }
        return data.points.map { Point($0) }
    }
}

/// The message inside the `oneof` of a `Metric`.
private struct DataView {
    var kind: MetricView.Kind
    var bytes: UnsafeRawBufferPointer

    var points: [UnsafeRawBufferPointer] {
        var points: [UnsafeRawBufferPointer] = []
        var reader = WireReader(self.bytes)
        while let field = reader.next() {
            if field.number == 1, let point = field.value.bytes { points.append(point) }
        }
        return points
    }

    var hasTemporality: Bool { self.kind != .gauge && self.kind != .summary }

    func varint(_ number: Int) -> UInt64? {
        var found: UInt64?
        var reader = WireReader(self.bytes)
        while let field = reader.next() {
            if field.number == number { found = field.value.varint ?? found }
        }
        return found
    }
}
