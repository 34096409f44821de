import OTelWire
import Testing

@Suite("Varints and lengths")
struct VarintTests {
    /// Every value at which the number of bytes changes, and its neighbours.
    static let boundaries: [UInt64] =
        (0...9).flatMap { index -> [UInt64] in
            let edge = UInt64(1) << UInt64(7 * index)
            return [edge &- 1, edge, edge &+ 1]
        } + [UInt64(Int64.max), UInt64(bitPattern: Int64.min), UInt64.max - 1, UInt64.max]

    @Test("a value takes one byte for each seven bits", arguments: boundaries)
    func size(_ value: UInt64) {
        let bits = 64 - value.leadingZeroBitCount
        #expect(Wire.varintSize(value) == max(1, (bits + 6) / 7))
    }

    @Test("a value comes back as written", arguments: boundaries)
    func roundTrip(_ value: UInt64) {
        let bytes = Self.written { Wire.putVarint(value, to: $0) }
        #expect(bytes.count == Wire.varintSize(value))
        #expect(bytes.dropLast().allSatisfy { $0 >= 0x80 })
        #expect(bytes.last.map { $0 < 0x80 } == true)
        #expect(Fields.first([0x08] + bytes)?.varint == value)
    }

    @Test("a length is written as the varint of the same number", arguments: [0, 1, 127, 128, 16_383, 16_384, 1 << 30])
    func length(_ count: Int) {
        #expect(
            Self.written { Wire.putLength(count, to: $0) } == Self.written { Wire.putVarint(UInt64(count), to: $0) }
        )
        #expect(Wire.lengthDelimitedSize(count) == 1 + Wire.varintSize(UInt64(count)) + count)
    }

    @Test("bytes of every small number are copied exactly", arguments: 0...200)
    func copies(_ count: Int) {
        let source = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 1) }
        let target = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 1)
        defer { target.deallocate() }
        target.initializeMemory(as: UInt8.self, repeating: 0xee, count: 256)
        let end = source.withUnsafeBytes { raw in
            raw.baseAddress.map { Wire.putBytes($0, raw.count, to: target + 8) } ?? target + 8
        }
        #expect(end == target + 8 + count)
        let all = Array(UnsafeRawBufferPointer(start: target, count: 256))
        #expect(all[..<8].allSatisfy { $0 == 0xee })
        #expect(Array(all[8..<8 + count]) == source)
        #expect(all[(8 + count)...].allSatisfy { $0 == 0xee })
    }

    @Test("fixed-size numbers are little-endian")
    func fixed() {
        #expect(Self.written { Wire.put16(0x0102, to: $0) } == [2, 1])
        #expect(Self.written { Wire.put32(0x0102_0304, to: $0) } == [4, 3, 2, 1])
        #expect(Self.written { Wire.put64(0x0102_0304_0506_0708, to: $0) } == [8, 7, 6, 5, 4, 3, 2, 1])
    }

    @Test(
        "a key-value head has the lengths of what follows",
        arguments: [(key: 0, value: 0), (key: 1, value: 0), (key: 100, value: 200), (key: 200, value: 20_000)]
    )
    func keyValueHead(key: Int, value: Int) {
        let name = Array(repeating: UInt8(0x61), count: key)
        let head = Self.written { start in
            name.withUnsafeBytes { raw in
                let pointer = raw.baseAddress ?? UnsafeRawPointer(start)
                return Wire.putKeyValueHead(0x4a, key: pointer, keyCount: key, valueSize: value, to: start)
            }
        }
        let message = head + Array(repeating: 0, count: value)
        #expect(message.count == Wire.lengthDelimitedSize(Wire.keyValueSize(keyCount: key, valueSize: value)))
        let pair = Fields.first(message)?.bytes ?? []
        #expect(Fields.numbers(pair) == [1, 2])
        #expect(Fields.first(pair)?.bytes == name)
    }

    static func written(_ write: (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer) -> [UInt8] {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 1024, alignment: 8)
        defer { memory.deallocate() }
        return Array(UnsafeRawBufferPointer(start: memory, count: write(memory) - memory))
    }
}
