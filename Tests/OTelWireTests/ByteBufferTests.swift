import OTelWire
import Testing

@Suite("Byte buffers")
struct ByteBufferTests {
    @Test("grow as needed and keep what they have", arguments: [0, 1, 15, 16, 17, 255, 256, 257, 100_000])
    func growth(_ count: Int) {
        var buffer = ByteBuffer(capacity: 1)
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        for byte in bytes { buffer.append([byte]) }
        #expect(buffer.count == count)
        #expect(buffer.capacity >= count)
        #expect(buffer.array() == bytes)
        let capacity = buffer.capacity
        buffer.removeAll()
        #expect(buffer.count == 0)
        #expect(buffer.capacity == capacity)
    }

    @Test(
        "a nested message has its exact length in front, however long it is",
        arguments: [0, 1, 125, 126, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152]
    )
    func message(_ count: Int) {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var buffer = ByteBuffer(capacity: 16)
        buffer.varintField(0x08, 5)
        buffer.message(0x12) { $0.append(body) }
        buffer.varintField(0x18, 6)
        let (fields, isMalformed) = Fields.all(buffer.array())
        #expect(!isMalformed)
        #expect(fields.map(\.number) == [1, 2, 3])
        #expect(fields[1].value.bytes == body)
        #expect(fields[2].value.varint == 6)
    }

    @Test("messages nest, and lengths that need more bytes move everything inside")
    func nesting() {
        var buffer = ByteBuffer(capacity: 16)
        func nest(_ depth: Int, _ buffer: inout ByteBuffer) {
            guard depth > 0 else { return buffer.append(Array(repeating: 9, count: 100)) }
            buffer.message(0x0a) { inner in
                inner.varintField(0x10, UInt64(depth))
                nest(depth - 1, &inner)
                inner.varintField(0x18, UInt64(depth))
            }
        }
        nest(60, &buffer)
        var message = buffer.array()
        for depth in stride(from: 60, through: 2, by: -1) {
            let body = Fields.first(message)?.bytes ?? []
            #expect(Fields.numbers(body) == [2, 1, 3])
            #expect(Fields.all(body).fields.last?.value.varint == UInt64(depth))
            message =
                Fields.all(body).fields.dropFirst().first.map { [0x0a] + Self.prefixed($0.value.bytes ?? []) } ?? []
        }
    }

    private static func prefixed(_ bytes: [UInt8]) -> [UInt8] {
        VarintTests.written { Wire.putLength(bytes.count, to: $0) } + bytes
    }

    @Test("every kind of field is written as protobuf has it")
    func fields() {
        var buffer = ByteBuffer()
        buffer.varintField(0x08, 300)
        buffer.fixed64Field(0x11, 1)
        buffer.doubleField(0x19, 1.5)
        buffer.stringField(0x22, "é")
        buffer.bytesField(0x2a, [1, 2])
        buffer.bytesField(0x32, [])
        buffer.stringField(0x3a, "")
        #expect(
            buffer.array() == [
                0x08, 0xac, 0x02, 0x11, 1, 0, 0, 0, 0, 0, 0, 0, 0x19, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x22, 2, 0xc3, 0xa9,
                0x2a,
                2, 1, 2, 0x32, 0, 0x3a, 0,
            ]
        )
    }
}
