package import OTelWire

/// One record of a batch, read where it stands.
///
/// Keeps its memory alive.
package struct RecordView: Sendable {
    package let group: RecordBatch.Group
    package let resource: EncodedResource
    package var kind: RecordKind { self.record.kind }
    private let record: RecordBatch.Record
    private let chunk: Chunk

    package init(_ record: RecordBatch.Record, _ group: RecordBatch.Group, _ batch: RecordBatch) {
        self.record = record
        self.group = group
        self.resource = batch.resource
        self.chunk = batch.chunks[Int(record.chunk)]
    }

    /// A record that is in no batch and stands alone in `chunk`.
    package init(
        _ bytes: UnsafeRawBufferPointer,
        in chunk: Chunk,
        kind: RecordKind,
        scope: EncodedScope,
        resource: EncodedResource
    ) {
        self.record = RecordBatch.Record(bytes: bytes, chunk: 0, items: 1, kind: kind)
        self.group = RecordBatch.Group(scope: scope)
        self.resource = resource
        self.chunk = chunk
    }

    /// The bytes of the record's message, without the tag and length of its field.
    package var message: UnsafeRawBufferPointer {
        var reader = WireReader(self.record.bytes)
        return reader.next()?.value.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// The last value of a field of the message.
    package func last(_ number: Int) -> WireReader.Value? {
        var found: WireReader.Value?
        var reader = WireReader(self.message)
        while let field = reader.next() {
            if field.number == number { found = field.value }
        }
        return found
    }

    /// Every message-typed value of a repeated field.
    package func all(_ number: Int) -> [UnsafeRawBufferPointer] {
        var found: [UnsafeRawBufferPointer] = []
        var reader = WireReader(self.message)
        while let field = reader.next() {
            if field.number == number, let bytes = field.value.bytes { found.append(bytes) }
        }
        return found
    }
}

extension RecordBatch {
    /// Every record, scope by scope.
    package var views: [RecordView] {
        self.groups.flatMap { group in group.records.map { RecordView($0, group, self) } }
    }
}
