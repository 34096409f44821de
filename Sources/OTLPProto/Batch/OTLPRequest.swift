import OTelAPI
package import OTelWire

/// An OTLP export request: `ExportTraceServiceRequest`, `ExportMetricsServiceRequest` or `ExportLogsServiceRequest`.
///
/// The three are one message on the wire: 1 resource group {1 resource, 2 scope group {1 scope, 2 record, 3 schema
/// URL}, 3 schema URL}.
package enum OTLPRequest {
    /// Bytes of the request.
    package static func size(of batch: RecordBatch) -> Int {
        Wire.lengthDelimitedSize(self.resourceGroupSize(batch))
    }

    /// Appends the request to `buffer`.
    package static func encode(_ batch: RecordBatch, into buffer: inout ByteBuffer) {
        let schemaURL = batch.resource.schemaURL ?? ""
        buffer.lengthDelimited(0x0a, size: self.resourceGroupSize(batch))
        buffer.bytesField(0x0a, batch.resource.bytes)
        for group in batch.groups { self.encode(group, into: &buffer) }
        if !schemaURL.isEmpty { buffer.stringField(0x1a, schemaURL) }
    }

    private static func encode(_ group: RecordBatch.Group, into buffer: inout ByteBuffer) {
        let schemaURL = group.scope.scope.schemaURL ?? ""
        buffer.lengthDelimited(0x12, size: self.groupSize(group))
        buffer.bytesField(0x0a, group.scope.bytes)
        buffer.append(atMost: group.byteCount) { start in
            group.records.reduce(start) { position, record in
                guard let base = record.bytes.baseAddress else { return position }
                return Wire.putBytes(base, record.bytes.count, to: position)
            }
        }
        if !schemaURL.isEmpty { buffer.stringField(0x1a, schemaURL) }
    }

    private static func resourceGroupSize(_ batch: RecordBatch) -> Int {
        batch.groups.reduce(
            Wire.lengthDelimitedSize(batch.resource.bytes.count) + self.schemaSize(batch.resource.schemaURL)
        ) { $0 + Wire.lengthDelimitedSize(self.groupSize($1)) }
    }

    private static func groupSize(_ group: RecordBatch.Group) -> Int {
        Wire.lengthDelimitedSize(group.scope.bytes.count) + group.byteCount
            + self.schemaSize(group.scope.scope.schemaURL)
    }

    private static func schemaSize(_ schemaURL: String?) -> Int {
        guard let schemaURL, !schemaURL.isEmpty else { return 0 }
        return Wire.lengthDelimitedSize(schemaURL.utf8.count)
    }
}
