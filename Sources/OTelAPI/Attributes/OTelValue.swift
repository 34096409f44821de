/// A value of an attribute, a log body or an element inside either: the specification's `AnyValue`.
///
/// Literals of every shape work: `"a"`, `1`, `1.5`, `true`, `[1, "a"]`, `["key": 1]`, `nil`. Zero, false and empty
/// values are meaningful and exported. Arrays and maps may nest; they cost more than primitives.
public enum OTelValue: Sendable, Hashable {
    /// Text.
    case string(String)
    /// A truth value.
    case bool(Bool)
    /// A signed 64-bit integer.
    case int(Int64)
    /// A 64-bit floating-point number; NaN and infinities are kept.
    case double(Double)
    /// Uninterpreted bytes.
    case bytes([UInt8])
    /// Values in order, of any mixture of types.
    case array([OTelValue])
    /// Named values; keys are unique.
    case map(OTelAttributes)
    /// No value (null), which is not the same as no attribute.
    case empty
}

extension OTelValue {
    /// An integer of any width; one that does not fit 64 bits becomes its decimal text.
    @inlinable
    public static func int(_ value: some BinaryInteger) -> OTelValue {
        Int64(exactly: value).map(OTelValue.int) ?? .string(String(value))
    }
}

extension OTelValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    @inlinable
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension OTelValue: ExpressibleByBooleanLiteral {
    @inlinable
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }
}

extension OTelValue: ExpressibleByIntegerLiteral {
    @inlinable
    public init(integerLiteral value: Int64) {
        self = .int(value)
    }
}

extension OTelValue: ExpressibleByFloatLiteral {
    @inlinable
    public init(floatLiteral value: Double) {
        self = .double(value)
    }
}

extension OTelValue: ExpressibleByArrayLiteral {
    @inlinable
    public init(arrayLiteral elements: OTelValue...) {
        self = .array(elements)
    }
}

extension OTelValue: ExpressibleByDictionaryLiteral {
    @inlinable
    public init(dictionaryLiteral elements: (OTelAttributeKey, OTelValue)...) {
        self = .map(OTelAttributes(uniquing: elements))
    }
}

extension OTelValue: ExpressibleByNilLiteral {
    @inlinable
    public init(nilLiteral: ()) {
        self = .empty
    }
}

extension OTelValue: CustomStringConvertible {
    /// The text form for protocols without typed values: strings raw, collections as JSON, bytes as base64, empty as
    /// nothing. See `specification/common/README.md`, "AnyValue representation for non-OTLP protocols".
    public var description: String {
        ValueText.text(of: self)
    }
}
