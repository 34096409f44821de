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

    /// The same record, alone in memory of its own.
    package func copy() -> RecordView {
        let chunk = Chunk(capacity: self.size)
        let bytes = UnsafeMutableRawBufferPointer(start: chunk.base, count: self.size)
        bytes.copyMemory(from: self.record.bytes)
        return RecordView(
            UnsafeRawBufferPointer(bytes),
            in: chunk,
            kind: self.kind,
            scope: self.group.scope,
            resource: self.resource
        )
    }

    /// Bytes of the record.
    package var size: Int { self.record.bytes.count }

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
