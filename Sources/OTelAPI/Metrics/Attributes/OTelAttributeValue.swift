/// What the short forms of `add` and `record` take as the value of an attribute: texts, numbers, truth values, and types
/// of your own that give one.
///
/// ```swift
/// extension Tier: OTelAttributeValue {
///     var attributeValue: OTelValue { .string(self.rawValue) }
/// }
/// requests.add(1, "tier", Tier.gold, "status", 200)
/// ```
public protocol OTelAttributeValue: Sendable {
    /// The value as it is exported.
    var attributeValue: OTelValue { get }
    /// The hash of `key` with this value, without making `attributeValue`; there is one for every type.
    func attributeHash(of key: OTelAttributeKey) -> OTelAttributeHash
}

extension OTelAttributeValue {
    /// The hash of `key` with `attributeValue`.
    public func attributeHash(of key: OTelAttributeKey) -> OTelAttributeHash {
        self.attributeValue.attributeHash(of: key)
    }
}

extension String: OTelAttributeValue {
    /// The text.
    public var attributeValue: OTelValue { .string(self) }
    /// The hash of `key` with this text.
    @inlinable @inline(__always)
    public func attributeHash(of key: OTelAttributeKey) -> OTelAttributeHash {
        withExtendedLifetime(key) { OTelAPI.attributeHash(key.start, key.count, self) }
    }
}

extension Int: OTelAttributeValue {
    /// The number.
    public var attributeValue: OTelValue { .int(Int64(self)) }
    /// The hash of `key` with this number.
    @inlinable @inline(__always)
    public func attributeHash(of key: OTelAttributeKey) -> OTelAttributeHash {
        withExtendedLifetime(key) { OTelAPI.attributeHash(key.start, key.count, self) }
    }
}

extension Bool: OTelAttributeValue {
    /// The truth value.
    public var attributeValue: OTelValue { .bool(self) }
    /// The hash of `key` with this truth value.
    @inlinable @inline(__always)
    public func attributeHash(of key: OTelAttributeKey) -> OTelAttributeHash {
        withExtendedLifetime(key) { OTelAPI.attributeHash(key.start, key.count, self) }
    }
}

extension Double: OTelAttributeValue {
    /// The number.
    public var attributeValue: OTelValue { .double(self) }
    /// The hash of `key` with this number.
    @inlinable @inline(__always)
    public func attributeHash(of key: OTelAttributeKey) -> OTelAttributeHash {
        withExtendedLifetime(key) { OTelAPI.attributeHash(key.start, key.count, self) }
    }
}

extension OTelValue: OTelAttributeValue {
    /// The value itself.
    public var attributeValue: OTelValue { self }
    /// The hash of `key` with this value.
    @inlinable @inline(__always)
    public func attributeHash(of key: OTelAttributeKey) -> OTelAttributeHash {
        withExtendedLifetime(key) { OTelAPI.attributeHash(key.start, key.count, self) }
    }
}
