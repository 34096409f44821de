import OTelWire
import TestSupport
import Testing

@Suite("Reading protobuf")
struct WireReaderTests {
    private static let valid: [UInt8] =
        [0x08, 0x96, 0x01]  // 1: varint 150
        + [0x11, 1, 2, 3, 4, 5, 6, 7, 8]  // 2: fixed64
        + [0x1a, 3, 0x61, 0x62, 0x63]  // 3: "abc"
        + [0x25, 1, 0, 0, 0]  // 4: fixed32
        + [0x85, 0x01, 2, 0, 0, 0]  // 16: fixed32
        + [0x2a, 0]  // 5: empty

    @Test("every wire type of proto3 is read")
    func valid() {
        let (fields, isMalformed) = Fields.all(Self.valid)
        #expect(!isMalformed)
        #expect(fields.map(\.number) == [1, 2, 3, 4, 16, 5])
        #expect(fields[0].value.varint == 150)
        #expect(fields[1].value.fixed64 == 0x0807_0605_0403_0201)
        #expect(fields[2].value.bytes == [0x61, 0x62, 0x63])
        #expect(fields[3].value.fixed32 == 1)
        #expect(fields[4].value.fixed32 == 2)
        #expect(fields[5].value.bytes == [])
    }

    @Test("an empty message has no fields and is well-formed")
    func empty() {
        #expect(Fields.all([]).fields.isEmpty)
        #expect(!Fields.all([]).isMalformed)
        var reader = WireReader(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(reader.next() == nil)
        #expect(!reader.isMalformed)
    }

    @Test(
        "what proto3 does not allow is malformed",
        arguments: [
            (what: "field number 0", bytes: [0x00, 1]),
            (what: "group start", bytes: [0x0b]),
            (what: "group end", bytes: [0x0c]),
            (what: "wire type 6", bytes: [0x0e, 0]),
            (what: "wire type 7", bytes: [0x0f, 0]),
            (what: "a tag alone", bytes: [0x08]),
            (what: "an unfinished tag", bytes: [0x88]),
            (what: "an unfinished varint", bytes: [0x08, 0x80]),
            (what: "a varint of 11 bytes", bytes: [0x08] + Array(repeating: 0x80, count: 10) + [0]),
            (what: "a varint beyond 64 bits", bytes: [0x08] + Array(repeating: 0xff, count: 9) + [0x02]),
            (what: "a short fixed64", bytes: [0x09, 1, 2, 3, 4, 5, 6, 7]),
            (what: "a short fixed32", bytes: [0x0d, 1, 2, 3]),
            (what: "a length beyond the end", bytes: [0x0a, 2, 0]),
            (what: "the largest length", bytes: [0x0a] + Array(repeating: 0xff, count: 9) + [0x01]),
            (what: "a field number of 30 bits", bytes: [0x80, 0x80, 0x80, 0x80, 0x10, 0]),
        ] as [(what: String, bytes: [UInt8])]
    )
    func malformed(what: String, bytes: [UInt8]) {
        let good: [UInt8] = [0x08, 1]
        let (fields, isMalformed) = Fields.all(good + bytes)
        #expect(isMalformed)
        #expect(fields.map(\.number) == [1])
    }

    @Test("the largest field number and the largest varint are well-formed")
    func largest() {
        let (fields, isMalformed) = Fields.all([0xf8, 0xff, 0xff, 0xff, 0x0f] + Array(repeating: 0xff, count: 9) + [1])
        #expect(!isMalformed)
        #expect(fields.first?.number == (1 << 29) - 1)
        #expect(fields.first?.value.varint == UInt64.max)
    }

    @Test("nothing is read behind the first malformed byte")
    func staysMalformed() {
        Array([0x0c, 0x08, 1] as [UInt8]).withUnsafeBytes { raw in
            var reader = WireReader(raw)
            #expect(reader.next() == nil)
            #expect(reader.next() == nil)
            #expect(reader.isMalformed)
        }
    }

    @Test("a message cut anywhere is malformed, or ends between two fields")
    func truncated() {
        let ends: Set<Int> = [0, 3, 12, 17, 22, 28, 30]
        for end in 0...Self.valid.count {
            #expect(Fields.all(Array(Self.valid[..<end])).isMalformed == !ends.contains(end), "cut at \(end)")
        }
    }

    @Test("random and mutated bytes never read outside and never crash")
    func hostile() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...64, using: &random)
            Self.walk((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }, depth: 0)
            var mutated = Self.valid
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                mutated[Int.random(in: 0..<mutated.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            Self.walk(mutated, depth: 0)
        }
    }

    /// Reads a message and, as messages, all its bytes; the copies are as small as they can be, so that a sanitizer
    /// sees every read outside.
    private static func walk(_ message: [UInt8], depth: Int) {
        let (fields, _) = Fields.all(message)
        var read = 0
        for (number, value) in fields {
            #expect(number > 0)
            read += value.bytes?.count ?? 0
            if let bytes = value.bytes, depth < 5 { self.walk(bytes, depth: depth + 1) }
        }
        #expect(read <= message.count)
    }

    @Test("text that is not UTF-8 is repaired")
    func invalidText() {
        Array([0x0a, 3, 0x61, 0xff, 0x62] as [UInt8]).withUnsafeBytes { raw in
            var reader = WireReader(raw)
            #expect(reader.next()?.value.string == "a\u{fffd}b")
        }
    }
}
