import OTLPProto
import OTelAPI
import OTelWire
import TestSupport
import Testing

@Suite("Encoding values")
struct ValueEncoderTests {
    private static func encode(_ value: OTelValue, length: Int = .max, depth: Int = 64) -> [UInt8] {
        let encoder = ValueEncoder(length: length, depth: depth)
        let size = encoder.size(value)
        var buffer = ByteBuffer(capacity: 16)
        buffer.append(atMost: size) { encoder.write(value, to: $0) }
        #expect(buffer.count == size)
        return buffer.array()
    }

    private static func decoded(_ value: OTelValue, length: Int = .max, depth: Int = 64) -> OTelValue {
        self.encode(value, length: length, depth: depth).withUnsafeBytes { ValueDecoder.value($0) }
    }

    @Test(
        "every value has the bytes that protobuf gives it",
        arguments: [
            (value: "", bytes: [0x0a, 0]),
            (value: "é", bytes: [0x0a, 2, 0xc3, 0xa9]),
            (value: false, bytes: [0x10, 0]),
            (value: true, bytes: [0x10, 1]),
            (value: 0, bytes: [0x18, 0]),
            (value: 300, bytes: [0x18, 0xac, 0x02]),
            (value: -1, bytes: [0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
            (value: 0.0, bytes: [0x21, 0, 0, 0, 0, 0, 0, 0, 0]),
            (value: 1.5, bytes: [0x21, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f]),
            (value: .bytes([]), bytes: [0x3a, 0]),
            (value: .bytes([255]), bytes: [0x3a, 1, 0xff]),
            (value: .empty, bytes: []),
            (value: [], bytes: [0x2a, 0]),
            (value: [nil, 1], bytes: [0x2a, 6, 0x0a, 0, 0x0a, 2, 0x18, 1]),
            (value: [:], bytes: [0x32, 0]),
            (value: ["k": nil], bytes: [0x32, 7, 0x0a, 5, 0x0a, 1, 0x6b, 0x12, 0]),
        ] as [(value: OTelValue, bytes: [UInt8])]
    )
    func bytes(value: OTelValue, bytes: [UInt8]) {
        #expect(Self.encode(value) == bytes)
        #expect(Self.decoded(value) == value)
    }

    @Test(
        "sizes are exact and values come back at every boundary of a length",
        arguments: [125, 126, 127, 128, 16_384]
    )
    func boundaries(count: Int) {
        let text = OTelValue.string(String(repeating: "x", count: count))
        let values: [OTelValue] = [
            text, .bytes(Array(repeating: 1, count: count)), .array([text, text]),
            .array(Array(repeating: 1, count: count)), ["k": text], ["outer": ["inner": [text]]],
            .map(OTelAttributes([(key: String(repeating: "k", count: count), value: text)])),
        ]
        for value in values { #expect(Self.decoded(value) == value) }
    }

    @Test(
        "strings are cut by characters and bytes by bytes, inside collections too",
        arguments: [
            (limit: 0, value: "abc", expected: ""),
            (limit: 3, value: "abc", expected: "abc"),
            (limit: 2, value: "abc", expected: "ab"),
            (limit: 2, value: "éèê", expected: "éè"),
            (limit: 1, value: "👨‍👩‍👧👨‍👩‍👧", expected: "👨‍👩‍👧"),
            (limit: 1, value: "e\u{301}x", expected: "e\u{301}"),
            (limit: 2, value: .bytes([1, 2, 3]), expected: .bytes([1, 2])),
            (limit: 0, value: .bytes([1]), expected: .bytes([])),
            (limit: 1, value: ["abc", 12_345, .bytes([1, 2])], expected: ["a", 12_345, .bytes([1])]),
            (limit: 1, value: ["long": ["key": "abc"]], expected: ["long": ["key": "a"]]),
        ] as [(limit: Int, value: OTelValue, expected: OTelValue)]
    )
    func length(limit: Int, value: OTelValue, expected: OTelValue) {
        #expect(Self.decoded(value, length: limit) == expected)
    }

    @Test(
        "collections deeper than the limit become empty, values do not",
        arguments: [
            (limit: 1, value: [1, [2]], expected: [1, nil]),
            (limit: 1, value: ["a": ["b": 1], "c": 2], expected: ["a": nil, "c": 2]),
            (limit: 2, value: [[1, [2]], [:]], expected: [[1, nil], [:]]),
            (limit: 2, value: [["a": [1]]], expected: [["a": nil]]),
            (limit: 3, value: [["a": [1]]], expected: [["a": [1]]]),
        ] as [(limit: Int, value: OTelValue, expected: OTelValue)]
    )
    func depth(limit: Int, value: OTelValue, expected: OTelValue) {
        #expect(Self.decoded(value, depth: limit) == expected)
    }

    @Test("at the deepest, 64 levels are kept and what is below becomes empty", arguments: [1, 63, 64, 65, 200])
    func deepest(levels: Int) {
        func nested(_ levels: Int, _ inner: OTelValue) -> OTelValue {
            (0..<levels).reduce(inner) { value, level in level % 2 == 0 ? .array([value]) : ["k": value] }
        }
        let decoded = Self.decoded(nested(levels, 1))
        if levels <= 64 { #expect(decoded == nested(levels, 1)) }
        var depth = 0
        var value: OTelValue? = decoded
        while let current = value {
            switch current {
            case .array(let elements): value = elements.first
            case .map(let attributes): value = attributes.first?.value
            case .int: value = nil
            case .empty: value = nil
            default: Issue.record("unexpected \(current)")
            }
            if case .array = current { depth += 1 }
            if case .map = current { depth += 1 }
        }
        #expect(depth == min(levels, 64))
    }

    @Test("random values come back as they were")
    func random() {
        var random = SeededGenerator(seed: 13)
        for _ in 0..<500 {
            let value = Self.randomValue(4, &random)
            #expect(Self.decoded(value) == value)
        }
    }

    private static func randomValue(_ depth: Int, _ random: inout SeededGenerator) -> OTelValue {
        switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .string(String(repeating: "é", count: Int.random(in: 0...80, using: &random)))
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .int(Int.random(in: .min ... .max, using: &random))
        case 3: return .double(Double.random(in: -1e300...1e300, using: &random))
        case 4: return .bytes((0..<Int.random(in: 0...200, using: &random)).map { UInt8(truncatingIfNeeded: $0) })
        case 5: return .empty
        case 6:
            return .array((0..<Int.random(in: 0...5, using: &random)).map { _ in self.randomValue(depth - 1, &random) })
        default:
            return .map(
                OTelAttributes(
                    (0..<Int.random(in: 0...5, using: &random)).map {
                        (key: "key.\($0)", value: self.randomValue(depth - 1, &random))
                    }
                )
            )
        }
    }
}
