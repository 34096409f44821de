import OTLPProto
import OTelAPI
import OTelWire

/// Hex digits as bytes; nil when they are not.
func bytes(hex: String) -> [UInt8] {
    let digits = Array(hex.utf8)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
}

/// A message with its fields in the order of their numbers, at every level that `nested` names by path, so that two
/// encodings of the same message become the same bytes.
func canonical(_ message: [UInt8], _ nested: Set<[Int]>, path: [Int] = []) -> [UInt8]? {
    message.withUnsafeBytes { raw -> [UInt8]? in
        var reader = WireReader(raw)
        var fields: [(number: Int, bytes: [UInt8])] = []
        while let field = reader.next() {
            let place = path + [field.number]
            guard let encoded = encoded(field, nested.contains(place) ? nested : [], place) else { return nil }
            fields.append((field.number, encoded))
        }
        if reader.isMalformed { return nil }
        // Repeated fields keep their order.
        return fields.enumerated().sorted { ($0.element.number, $0.offset) < ($1.element.number, $1.offset) }
            .flatMap(\.element.bytes)
    }
}

private func encoded(_ field: WireReader.Field, _ nested: Set<[Int]>, _ path: [Int]) -> [UInt8]? {
    var buffer = ByteBuffer()
    func tag(_ type: UInt64) {
        buffer.append(atMost: 10) { Wire.putVarint(UInt64(field.number) << 3 | type, to: $0) }
    }
    switch field.value {
    case .varint(let value):
        tag(0)
        buffer.append(atMost: 10) { Wire.putVarint(value, to: $0) }
    case .fixed64(let value):
        tag(1)
        buffer.append(atMost: 8) { Wire.put64(value, to: $0) }
    case .fixed32(let value):
        tag(5)
        buffer.append(atMost: 4) { Wire.put32(value, to: $0) }
    case .bytes(let value):
        tag(2)
        guard let body = nested.isEmpty ? Array(value) : canonical(Array(value), nested, path: path) else { return nil }
        buffer.append(atMost: 10) { Wire.putLength(body.count, to: $0) }
        buffer.append(body)
    }
    return buffer.array()
}

/// A batch of records given as their message bytes, one chunk for all.
func batch(
    _ signal: Signal,
    resource: EncodedResource = EncodedResource(attributes: [:], schemaURL: nil),
    scope: OTelScope = OTelScope("lib"),
    messages: [[UInt8]]
) -> RecordBatch {
    var batch = RecordBatch(signal: signal, resource: resource)
    let chunk = Chunk(capacity: 1 << 20)
    let encodedScope = EncodedScope(scope)
    var offset = 0
    for message in messages {
        let start = chunk.base + offset
        let end = message.withUnsafeBytes { raw in
            raw.baseAddress.map { Wire.putField(0x12, $0, raw.count, to: start) }
                ?? Wire.put16(0x0012, to: start)
        }
        batch.add(
            UnsafeRawBufferPointer(start: start, count: end - start),
            in: chunk,
            kind: signal == .logs ? .logRecord : .span,
            scopeID: 0,
            scope: { _ in encodedScope }
        )
        offset += end - start
    }
    return batch
}
