import OTLPProto
public import OTelSDK
import OTelWire
import Synchronization

/// What an OTLP exporter and its pipeline do to a batch on the export thread: group the records, encode the request.
///
/// Takes the last batch that was exported to it as the model.
public final class EncodeBench: SpanExporter {
    private let captured = Mutex<RecordBatch?>(nil)

    /// Without a model yet.
    public init() {}

    /// Keeps the batch.
    public func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        self.captured.withLock { $0 = batch.records }
        return .success
    }

    /// Encodes the batch as often as it takes for `spans` spans; returns the size of one request in bytes.
    public func encode(spans: Int) -> Int {
        guard let model = self.captured.withLock({ $0 }) else { return 0 }
        var buffer = ByteBuffer(capacity: 1 << 20)
        for _ in 0..<spans / model.itemCount {
            buffer.removeAll()
            OTLPRequest.encode(Self.group(model), into: &buffer)
        }
        return buffer.count
    }

    @inline(never)
    private static func group(_ model: RecordBatch) -> RecordBatch {
        var batch = RecordBatch(signal: model.signal, resource: model.resource)
        for (number, group) in model.groups.enumerated() {
            for record in group.records {
                batch.add(
                    record.bytes,
                    in: model.chunks[Int(record.chunk)],
                    kind: record.kind,
                    scopeID: UInt32(number),
                    scope: { _ in group.scope }
                )
            }
        }
        return batch
    }
}
