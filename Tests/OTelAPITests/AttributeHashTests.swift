import OTelAPI
import TestSupport
import Testing

@Suite("The hash of a set of attributes")
struct AttributeHashTests {
    init() {
        // The first meter of the process makes the secret of the hashes.
        _ = OTel.meter("hashes")
    }

    @Test("is the same whatever the order, at every level, and without empty keys")
    func order() {
        let one: OTelAttributes = ["a": 1, "b": ["c": 2, "d": [["e": 3, "f": 4]]], "": 9]
        let other: OTelAttributes = ["b": ["d": [["f": 4, "": 0, "e": 3]], "c": 2], "a": 1]
        #expect(one.contentHash == other.contentHash)
        #expect(one.canonicalBytes(0x0a) == other.canonicalBytes(0x0a))
        #expect(OTelAttributes().contentHash == OTelAttributeHash())
        #expect((["": 1] as OTelAttributes).contentHash == OTelAttributeHash())
    }

    @Test("is the sum of the hashes of its attributes, as short forms make it")
    func sum() {
        let hashes = [
            "text".attributeHash(of: "a"), 1.attributeHash(of: "b"), true.attributeHash(of: "c"),
            1.5.attributeHash(of: "d"), OTelValue.array([1]).attributeHash(of: "e"),
        ]
        let attributes: OTelAttributes = ["e": [1], "d": 1.5, "c": true, "b": 1, "a": "text"]
        #expect(hashes.reduce(OTelAttributeHash(), +) == attributes.contentHash)
        for key in ["a", "b", "c", "d", "e"] {
            let rest = attributes.contentHash { $0 != OTelAttributeKey(key) }
            #expect(rest != attributes.contentHash)
        }
    }

    @Test("tells texts, bytes and numbers apart that were chosen to be alike but for length or type")
    func chosen() {
        let short: [UInt8] = [0xe1, 0x8a, 0xa0, 0x23, 0x30, 0x41, 0xc3, 0x80]
        let long: [UInt8] = [0x39, 0x20, 0x3f, 0xf0, 0x95, 0xa4, 0x85, 0x66] + short
        #expect(Self.hash(short) != Self.hash(long))
        let bytes = Array("customer-1234567".utf8)
        let values: [OTelValue] = [
            .string("customer-1234567"), .bytes(bytes), .bytes([0x63] + bytes.dropFirst()), .int(0), .empty, .bytes([]),
            .string(""), .bool(false), .double(0), .array([]), .map([:]), .array([.empty]), .array([.int(0)]),
        ]
        // The second and third are the same.
        #expect(Set(values.map { $0.attributeHash(of: "k") }).count == values.count - 1)
        // Blocks that would make a factor of a mix without a secret zero.
        let block: [UInt8] = (0..<8).map { UInt8(truncatingIfNeeded: 0x2d35_8dcc_aa6c_78a5 as UInt64 >> ($0 * 8)) }
        let other: [UInt8] = (0..<8).map { UInt8(truncatingIfNeeded: 0x4b33_a62e_d433_d4a3 as UInt64 >> ($0 * 8)) }
        let one = OTelValue.bytes([UInt8](repeating: 1, count: 16) + block + other)
        let two = OTelValue.bytes([UInt8](repeating: 2, count: 16) + block + other)
        #expect(one.attributeHash(of: "k") != two.attributeHash(of: "k"))
    }

    @Test("knows a key by its text, be it known at compile time or not")
    func keys() {
        let length = Int.random(in: 3...3)
        let dynamic = OTelAttributeKey(String(repeating: "k", count: length))
        #expect(1.attributeHash(of: dynamic) == 1.attributeHash(of: "kkk"))
        #expect(1.attributeHash(of: dynamic) != 1.attributeHash(of: "kk"))
    }

    @Test(
        "tells texts of all lengths apart that differ in one byte",
        arguments: Array(0...40) + [63, 64, 65, 255, 256, 1000]
    )
    func texts(length: Int) {
        let text = [UInt8](repeating: 0x61, count: length)
        var hashes: Set<OTelAttributeHash> = [Self.hash(text), Self.hash(text + [0x61])]
        for index in text.indices {
            var changed = text
            changed[index] = 0x62
            hashes.insert(Self.hash(changed))
        }
        #expect(hashes.count == length + 2)
    }

    private static func hash(_ bytes: [UInt8]) -> OTelAttributeHash {
        String(decoding: bytes, as: UTF8.self).attributeHash(of: "k")
    }

    @Test("is equal exactly where the encoded attributes are", arguments: 1...4)
    func consistency(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var hashes: [[UInt8]: OTelAttributeHash] = [:]
        var bytes: [OTelAttributeHash: [UInt8]] = [:]
        for _ in 0..<5000 {
            let attributes = Self.attributes(&generator, depth: 0)
            let (encoded, hash) = (attributes.canonicalBytes(0x0a), attributes.contentHash)
            guard hashes[encoded, default: hash] == hash, bytes[hash, default: encoded] == encoded else {
                Issue.record("\(attributes)")
                return
            }
            hashes[encoded] = hash
            bytes[hash] = encoded
        }
        // Small sets come more than once.
        #expect(hashes.count > 100 && hashes.count < 5000)
    }

    /// Few keys and values, so that many sets are alike.
    private static func attributes(_ generator: inout SeededGenerator, depth: Int) -> OTelAttributes {
        var attributes = OTelAttributes()
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let key = ["", "a", "b", "ab"].randomElement(using: &generator) ?? ""
            attributes[named: key] = Self.value(&generator, depth: depth + 1)
        }
        return attributes
    }

    private static func value(_ generator: inout SeededGenerator, depth: Int) -> OTelValue {
        switch Int.random(in: 0...(depth < 4 ? 9 : 7), using: &generator) {
        case 0: .string("")
        case 1: .string("a")
        case 2: .bool(Bool.random(using: &generator))
        case 3: .int(Int64.random(in: 0...1, using: &generator))
        case 4: .double([0.0, -0.0, 1, .nan].randomElement(using: &generator) ?? 0)
        case 5: .bytes(Array("a".utf8))
        case 6: .bytes([])
        case 7: .empty
        case 8: .map(Self.attributes(&generator, depth: depth))
        default:
            .array((0..<Int.random(in: 0...2, using: &generator)).map { _ in Self.value(&generator, depth: depth + 1) })
        }
    }

    @Test("ends at values that are nested too deep, as their encoding does")
    func depth() {
        func nested(_ depth: Int, _ inside: OTelValue) -> OTelAttributes {
            var value = inside
            for index in 0..<depth { value = index.isMultiple(of: 2) ? .array([value]) : .map(["k": value]) }
            return ["k": value]
        }
        for depth in [10, 62, 63, 64, 65, 66, 500] {
            let (one, other) = (nested(depth, 1), nested(depth, 2))
            let isSame = one.canonicalBytes(0x0a) == other.canonicalBytes(0x0a)
            #expect((one.contentHash == other.contentHash) == isSame, "\(depth)")
            #expect(isSame == (depth > 64), "\(depth)")
        }
    }
}
