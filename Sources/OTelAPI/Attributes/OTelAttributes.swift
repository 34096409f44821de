/// Named values: the attributes of a span, event, link, measurement, log record, scope or resource.
///
/// Keys are unique, the last value of a key wins, and insertion order is kept; two collections are equal when they
/// hold the same pairs in any order. A dictionary literal is the usual way to make one and costs one allocation.
@frozen public struct OTelAttributes: Sendable {
    /// One attribute.
    public typealias Element = (key: String, value: OTelValue)

    @usableFromInline var storage: [(OTelAttributeKey, OTelValue)]

    /// No attributes.
    @inlinable
    public init() {
        self.storage = []
    }

    /// Attributes from pairs; a later pair replaces an earlier one with the same key.
    public init(_ pairs: some Sequence<(key: String, value: OTelValue)>) {
        self.init(uniquing: pairs.map { (OTelAttributeKey($0.key), $0.value) })
    }

    @inlinable
    init(uniquing pairs: [(OTelAttributeKey, OTelValue)]) {
        self.storage = pairs
        if _slowPath(self.mayRepeatKeys()) { self.removeRepeatedKeys() }
    }

    /// The value of `key`; assigning nil removes the attribute, assigning `.empty` stores an empty value.
    public subscript(key: OTelAttributeKey) -> OTelValue? {
        get { self.index(of: key).map { self.storage[$0].1 } }
        set {
            switch (self.index(of: key), newValue) {
            case (let index?, let value?): self.storage[index].1 = value
            case (let index?, nil): self.storage.remove(at: index)
            case (nil, let value?): self.storage.append((key, value))
            case (nil, nil): ()
            }
        }
    }

    /// The value of a key known only at run time.
    public subscript(named name: String) -> OTelValue? {
        get { self[OTelAttributeKey(name)] }
        set { self[OTelAttributeKey(name)] = newValue }
    }

    /// Adds all of `other`; its values win.
    public mutating func merge(_ other: OTelAttributes) {
        self = OTelAttributes(uniquing: self.storage + other.storage)
    }

    /// These attributes and those of `other`, whose values win.
    public func merging(_ other: OTelAttributes) -> OTelAttributes {
        OTelAttributes(uniquing: self.storage + other.storage)
    }

    private func index(of key: OTelAttributeKey) -> Int? {
        self.storage.firstIndex { $0.0 == key }
    }

    /// False is certain, true is a guess: the sizes and first and last bytes of two keys agree.
    @inlinable
    func mayRepeatKeys() -> Bool {
        var seen: UInt64 = 0
        for (key, _) in self.storage {
            let count = key.count
            guard count > 0 else { continue }
            let first = UInt64(key.start.load(as: UInt8.self))
            let last = UInt64(key.start.load(fromByteOffset: count &- 1, as: UInt8.self))
            let bit = UInt64(1) &<< (first &+ last &<< 2 &+ UInt64(truncatingIfNeeded: count &<< 3))
            if seen & bit != 0 { return true }
            seen |= bit
        }
        return false
    }

    /// Certain, and cheap for few keys.
    private func repeatsKeys() -> Bool {
        for index in self.storage.indices.dropFirst() {
            let key = self.storage[index].0
            for earlier in 0..<index where self.storage[earlier].0 == key { return true }
        }
        return false
    }

    /// Keeps the place of a key's first pair and the value of its last.
    @usableFromInline
    mutating func removeRepeatedKeys() {
        if self.storage.count <= 16, !self.repeatsKeys() { return }
        var places: [OTelAttributeKey: Int] = [:]
        var unique: [(OTelAttributeKey, OTelValue)] = []
        unique.reserveCapacity(self.storage.count)
        for pair in self.storage {
            if let place = places[pair.0] {
                unique[place].1 = pair.1
            } else {
                places[pair.0] = unique.count
                unique.append(pair)
            }
        }
        self.storage = unique
    }
}

extension OTelAttributes: ExpressibleByDictionaryLiteral {
    /// A repeated key is not an error: its last value wins.
    @inlinable
    public init(dictionaryLiteral elements: (OTelAttributeKey, OTelValue)...) {
        self.init(uniquing: elements)
    }
}

extension OTelAttributes: RandomAccessCollection {
    /// Always 0.
    @inlinable public var startIndex: Int { 0 }
    /// The number of attributes.
    @inlinable public var endIndex: Int { self.storage.count }

    /// The attribute at a place in insertion order.
    public subscript(position: Int) -> Element {
        (self.storage[position].0.name, self.storage[position].1)
    }
}

extension OTelAttributes: Hashable {
    /// Equal when both hold the same pairs; order does not matter.
    public static func == (left: OTelAttributes, right: OTelAttributes) -> Bool {
        guard left.count == right.count else { return false }
        guard left.count > 8 else { return left.storage.allSatisfy { right[$0.0] == $0.1 } }
        let index = Dictionary(right.storage.map { ($0.0, $0.1) }, uniquingKeysWith: { $1 })
        return left.storage.allSatisfy { index[$0.0] == $0.1 }
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        var combined = 0
        for (key, value) in self.storage {
            var one = Hasher()
            one.combine(key)
            one.combine(value)
            combined &+= one.finalize()
        }
        hasher.combine(combined)
    }
}

extension OTelAttributes: CustomStringConvertible {
    /// Compact JSON.
    public var description: String {
        ValueText.json(.map(self))
    }
}
