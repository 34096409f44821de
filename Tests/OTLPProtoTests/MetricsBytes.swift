import OTLPProto
import OTelAPI
import OTelWire
import Testing

extension RecordBatch {
    private static let resource = EncodedResource(attributes: [:], schemaURL: nil)
    private static let scope = EncodedScope(OTelScope(""))

    /// One metric as a reader would write it.
    static func of<Point: MetricPoint>(_ head: MetricHead, _ points: [Point]) -> RecordBatch {
        let record = MetricRecord(head, pointBytes: points.reduce(0) { $0 + $1.fieldSize })
        let chunk = Chunk(capacity: Chunk.footprint(record.size))
        let start = chunk.base + Chunk.headerSize
        let end = record.putEnd(to: points.reduce(record.putStart(to: start)) { $1.put(to: $0) })
        #expect(end - start == record.size)
        var batch = RecordBatch(signal: .metrics, resource: self.resource)
        batch.addMetric(UnsafeRawBufferPointer(start: start, count: record.size), in: chunk)
        return batch
    }

    static func of(_ metric: MetricData) -> RecordBatch {
        self.of(metric.head, metric.encodedPoints)
    }

    /// The `Metric` messages inside a request made elsewhere.
    init(request: [UInt8]) {
        self.init(signal: .metrics, resource: Self.resource)
        let chunk = Chunk(capacity: max(request.count, 16))
        chunk.base.copyMemory(from: request, byteCount: request.count)
        let all = UnsafeRawBufferPointer(start: chunk.base, count: request.count)
        let scopes = Self.messages(all, 1).flatMap { Self.messages($0, 2) }
        for metric in scopes.flatMap({ Self.messages($0, 2) }) {
            // A record is the whole field: tag and length stand in front of the message.
            let head = 1 + Wire.varintSize(UInt64(metric.count))
            let start = metric.baseAddress.map { $0 - head }
            self.addMetric(UnsafeRawBufferPointer(start: start, count: metric.count + head), in: chunk)
        }
    }

    private mutating func addMetric(_ bytes: UnsafeRawBufferPointer, in chunk: Chunk) {
        self.add(bytes, in: chunk, kind: .metric, scopeID: 0, scope: { _ in Self.scope })
    }

    private static func messages(_ bytes: UnsafeRawBufferPointer, _ number: Int) -> [UnsafeRawBufferPointer] {
        var found: [UnsafeRawBufferPointer] = []
        var reader = WireReader(bytes)
        while let field = reader.next() {
            if field.number == number, let message = field.value.bytes { found.append(message) }
        }
        return found
    }

    var metrics: [MetricView] { self.views.map(MetricView.init) }

    var request: [UInt8] {
        var buffer = ByteBuffer()
        OTLPRequest.encode(self, into: &buffer)
        return buffer.array()
    }
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }.joined()
}
