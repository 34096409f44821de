import OTLPProto
import OTelWire

/// The encoded metrics of one collection, in chunks.
struct MetricOutput {
    struct Record {
        var bytes: UnsafeRawBufferPointer
        var chunk: Chunk
        var points: Int
        var scope: UInt32
        /// The number of the batch that it belongs to, when batches are bounded.
        var batch: Int
    }

    private(set) var records: [Record] = []
    private var chunk: Chunk?
    /// A metric of more bytes is written as several of the same name.
    private static let maxRecordBytes = 1 << 20

    /// Data points of a batch at most; every batch but the last is full.
    private let maxBatchPoints: Int
    private var batch = 0
    private var batchPoints = 0

    init(maxBatchPoints: Int = .max) {
        self.maxBatchPoints = maxBatchPoints
    }

    /// Writes a metric; nothing without points.
    mutating func write<Points: RandomAccessCollection>(_ head: MetricHead, scope: UInt32, _ points: Points)
    where Points.Element: MetricPoint {
        var start = points.startIndex
        while start < points.endIndex {
            var end = start
            var bytes = 0
            repeat {
                bytes += points[end].fieldSize
                points.formIndex(after: &end)
                self.batchPoints += 1
            } while end < points.endIndex && bytes < Self.maxRecordBytes && self.batchPoints < self.maxBatchPoints
            self.write(MetricRecord(head, pointBytes: bytes), scope, points[start..<end])
            start = end
            if self.batchPoints >= self.maxBatchPoints {
                self.batch += 1
                self.batchPoints = 0
            }
        }
    }

    private mutating func write<Points: RandomAccessCollection>(
        _ record: MetricRecord,
        _ scope: UInt32,
        _ points: Points
    ) where Points.Element: MetricPoint {
        let chunk = self.chunk(for: record.size)
        let start = chunk.base + chunk.used + Chunk.headerSize
        var position = record.putStart(to: start)
        for point in points { position = point.put(to: position) }
        _ = record.putEnd(to: position)
        (start - Chunk.headerSize).storeBytes(of: UInt32(clamping: record.size), as: UInt32.self)
        (start - 4).storeBytes(of: RecordLabel.make(.metric, scope: scope), as: UInt32.self)
        chunk.used += Chunk.footprint(record.size)
        chunk.count += 1
        let bytes = UnsafeRawBufferPointer(start: start, count: record.size)
        self.records.append(Record(bytes: bytes, chunk: chunk, points: points.count, scope: scope, batch: self.batch))
    }

    private mutating func chunk(for size: Int) -> Chunk {
        let footprint = Chunk.footprint(size)
        if let chunk, chunk.used + footprint <= chunk.capacity { return chunk }
        let chunk = Chunk(capacity: max(Chunk.standardCapacity, footprint))
        self.chunk = chunk
        return chunk
    }
}
