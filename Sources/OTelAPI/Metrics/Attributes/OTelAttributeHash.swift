import COTelRuntime
import OTelWire

/// 128 bits that stand for a set of attributes: equal sets give equal hashes whatever their order.
///
/// Instruments hand it to an SDK in place of the attributes; applications never see it. Each attribute is mixed on its
/// own under a secret of the process, and the mixes are added. Two different sets of one instrument agree with a
/// probability of about 2^-100, so that a hit needs no comparison.
@frozen public struct OTelAttributeHash: Hashable, Sendable {
    /// One half.
    public var high: UInt64
    /// The other half.
    public var low: UInt64

    /// A hash of given halves.
    @inlinable @inline(__always)
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The hash of no attributes.
    @inlinable @inline(__always)
    public init() {
        self.init(high: 0, low: 0)
    }

    /// The hash of both sets together, which have no key in common.
    @inlinable @inline(__always)
    public static func + (left: OTelAttributeHash, right: OTelAttributeHash) -> OTelAttributeHash {
        OTelAttributeHash(high: left.high &+ right.high, low: left.low &+ right.low)
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.low)
    }
}

// The hash of one attribute. Out of line, and functions of the pieces of the key: a key or a metatype as a parameter
// would cost reference counts and a thunk.

@usableFromInline
func attributeHash(_ start: UnsafeRawPointer, _ count: Int, _ value: String) -> OTelAttributeHash {
    let hasher = AttributeHasher()
    return hasher.pair(start, count, hasher.words(value))
}

@usableFromInline
func attributeHash(_ start: UnsafeRawPointer, _ count: Int, _ value: Int) -> OTelAttributeHash {
    let hasher = AttributeHasher()
    return hasher.pair(start, count, hasher.words(Int64(value)))
}

@usableFromInline
func attributeHash(_ start: UnsafeRawPointer, _ count: Int, _ value: Bool) -> OTelAttributeHash {
    let hasher = AttributeHasher()
    return hasher.pair(start, count, hasher.words(value))
}

@usableFromInline
func attributeHash(_ start: UnsafeRawPointer, _ count: Int, _ value: Double) -> OTelAttributeHash {
    let hasher = AttributeHasher()
    return hasher.pair(start, count, hasher.words(value))
}

@usableFromInline
func attributeHash(_ start: UnsafeRawPointer, _ count: Int, _ value: OTelValue) -> OTelAttributeHash {
    let hasher = AttributeHasher()
    return hasher.pair(start, count, hasher.words(value, 1))
}

extension OTelAttributes {
    /// The hash of the attributes that have a key.
    package var contentHash: OTelAttributeHash {
        AttributeHasher().hash(self, level: 1) { _ in true }
    }

    /// The hash of the attributes that have a key and whose key `isKept` wants.
    @inline(__always)
    package func contentHash(where isKept: (OTelAttributeKey) -> Bool) -> OTelAttributeHash {
        AttributeHasher().hash(self, level: 1, isKept)
    }
}

/// Consistent with `OTelAttributes.canonicalBytes`: what it encodes alike, this hashes alike.
struct AttributeHasher {
    typealias Words = (UInt64, UInt64)
    /// The two words of a value and its type.
    typealias ValueWords = (UInt64, UInt64, UInt64)

    private let seed: UInt64

    @inline(__always)
    init() {
        self.seed = cotel_attribute_seed()
    }

    // The secret is in every factor, and in whatever tells lengths and types apart: whoever does not know it can neither
    // make a factor zero nor a text stand for another.

    /// Constants of wyhash: odd, with as many ones as zeros.
    private enum Mix {
        static var first: UInt64 { 0x2d35_8dcc_aa6c_78a5 }
        static var second: UInt64 { 0x8bb8_4b93_962e_acc9 }
        static var third: UInt64 { 0x4b33_a62e_d433_d4a3 }
        static var fourth: UInt64 { 0x4d5a_2da5_1de1_aa47 }
    }

    @inline(__always)
    func hash(_ attributes: OTelAttributes, level: Int, _ isKept: (OTelAttributeKey) -> Bool) -> OTelAttributeHash {
        var hash = OTelAttributeHash()
        attributes.storage.withUnsafeBufferPointer { pairs in
            guard let base = pairs.baseAddress else { return }
            for index in 0..<pairs.count {
                // Field by field: a copy of the pair would cost four reference counts.
                guard base[index].0.count > 0, isKept(base[index].0) else { continue }
                hash = hash + self.pair(base[index].0.start, base[index].0.count, self.words(base[index].1, level))
            }
        }
        return hash
    }

    @inline(__always)
    func pair(_ start: UnsafeRawPointer, _ count: Int, _ value: ValueWords) -> OTelAttributeHash {
        let key = self.words(start, count)
        let name = cotel_mix(key.0, key.1 ^ self.seed)
        let (first, second, type) = value
        let tagged = second ^ type &* self.seed
        return OTelAttributeHash(
            high: cotel_mix(first ^ name, tagged),
            low: cotel_mix(first ^ self.seed ^ Mix.third, tagged ^ name ^ Mix.fourth)
        )
    }

    @inline(__always)
    func words(_ text: String) -> ValueWords {
        let words = text.withWireBytes { self.words($0, $1) }
        return (words.0, words.1, 1)
    }

    @inline(__always)
    func words(_ flag: Bool) -> ValueWords { (flag ? 1 : 0, 0, 2) }

    @inline(__always)
    func words(_ number: Int64) -> ValueWords { (UInt64(bitPattern: number), 0, 3) }

    @inline(__always)
    func words(_ number: Double) -> ValueWords { (number.bitPattern, 0, 4) }

    @inline(__always)
    func words(_ value: OTelValue, _ level: Int) -> ValueWords {
        switch value {
        case .string(let text): return self.words(text)
        case .bool(let flag): return self.words(flag)
        case .int(let number): return self.words(number)
        case .double(let number): return self.words(number)
        case .bytes, .array, .map, .empty: return self.rareWords(value, level)
        }
    }

    @inline(never)
    private func rareWords(_ value: OTelValue, _ level: Int) -> ValueWords {
        switch value {
        case .bytes(let bytes):
            let words = bytes.withUnsafeBytes { raw in
                raw.baseAddress.map { self.words($0, raw.count) } ?? (0, 0)
            }
            return (words.0, words.1, 5)
        case .array(let elements) where level <= ValueEncoder.unlimitedDepth:
            let words = self.array(elements, level + 1)
            return (words.0, words.1, 6)
        case .map(let attributes) where level <= ValueEncoder.unlimitedDepth:
            let hash = self.hash(attributes, level: level + 1) { _ in true }
            return (hash.high ^ self.seed, hash.low ^ Mix.second, 7)
        case .array, .map, .empty: return (0, 0, 8)
        case .string, .bool, .int, .double: return self.words(value, level)
        }
    }

    private func array(_ elements: [OTelValue], _ level: Int) -> Words {
        elements.reduce((self.seed, UInt64(elements.count))) { state, element in
            let (first, second, type) = self.words(element, level)
            return (
                cotel_mix(state.0 ^ first, second ^ type &* self.seed),
                cotel_mix(state.1 ^ second ^ Mix.third, first ^ Mix.fourth ^ type &* self.seed)
            )
        }
    }

    /// Any number of bytes as two words that also tell their number.
    ///
    /// Up to 16 bytes nothing is lost.
    @inline(__always)
    private func words(_ bytes: UnsafeRawPointer, _ count: Int) -> Words {
        let length = UInt64(truncatingIfNeeded: count) &* self.seed
        if _fastPath(count <= 16) {
            if count >= 8 {
                return (
                    bytes.loadUnaligned(as: UInt64.self) ^ length,
                    bytes.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
                )
            }
            if count >= 4 {
                return (
                    UInt64(bytes.loadUnaligned(as: UInt32.self)) ^ length,
                    UInt64(bytes.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
                )
            }
            guard count > 0 else { return (0, 0) }
            let ends =
                UInt64(bytes.load(as: UInt8.self)) &<< 8
                | UInt64(bytes.load(fromByteOffset: count &- 1, as: UInt8.self))
            return (ends ^ length, UInt64(bytes.load(fromByteOffset: count &>> 1, as: UInt8.self)))
        }
        return self.longWords(bytes, count)
    }

    @inline(never)
    private func longWords(_ bytes: UnsafeRawPointer, _ count: Int) -> Words {
        let start = self.words(self.seed ^ UInt64(truncatingIfNeeded: count), bytes, 0)
        return count <= 32 ? self.words(start, bytes, count &- 16) : self.longerWords(start, bytes, count)
    }

    @inline(never)
    private func longerWords(_ start: Words, _ bytes: UnsafeRawPointer, _ count: Int) -> Words {
        // The last step overlaps the one before instead of reading beyond the end.
        stride(from: 16, to: count, by: 16).reduce(start) { words, offset in
            self.words(words, bytes, min(offset, count &- 16))
        }
    }

    @inline(__always)
    private func words(_ before: UInt64, _ bytes: UnsafeRawPointer, _ offset: Int) -> Words {
        self.words((before, before ^ Mix.first), bytes, offset)
    }

    /// Mixes 16 bytes more in.
    @inline(__always)
    private func words(_ before: Words, _ bytes: UnsafeRawPointer, _ offset: Int) -> Words {
        let low = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        let high = bytes.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
        return (
            cotel_mix(before.0 ^ low ^ Mix.second, high ^ self.seed),
            cotel_mix(before.1 ^ high ^ Mix.fourth, low ^ self.seed)
        )
    }
}
