/// A value of an attribute, a log body or an element inside either: the specification's `AnyValue`.
///
/// Literals of every shape work: `"a"`, `1`, `1.5`, `true`, `[1, "a"]`, `["key": 1]`, `nil`. Zero, false and empty
/// values are meaningful and exported. Arrays and maps may nest; they cost more than primitives.
public enum OTelValue: Sendable {
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
    @_disfavoredOverload @inlinable
    public static func int(_ value: some BinaryInteger) -> OTelValue {
        Int64(exactly: value).map(OTelValue.int) ?? .string(String(value))
    }
}

extension OTelValue: Hashable {
    /// Equal when type and value are.
    ///
    /// Unlike in arithmetic, NaN equals NaN: a value must be able to identify a series.
    public static func == (left: OTelValue, right: OTelValue) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): left == right
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.double(let left), .double(let right)): left == right || left.isNaN && right.isNaN
        case (.bytes(let left), .bytes(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        case (.empty, .empty): true
        case (.string, _), (.bool, _), (.int, _), (.double, _), (.bytes, _), (.array, _), (.map, _), (.empty, _): false
        }
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .string(let text): hasher.combine(text)
        case .bool(let flag): hasher.combine(flag)
        case .int(let number): hasher.combine(number)
        case .double(let number): hasher.combine(number.isNaN ? .nan : number)
        case .bytes(let bytes): hasher.combine(bytes)
        case .array(let values): hasher.combine(values)
        case .map(let attributes): hasher.combine(attributes)
        case .empty: hasher.combine(0)
        }
    }
}

extension OTelValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// Text from a literal, interpolated or not.
    @inlinable
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension OTelValue: ExpressibleByBooleanLiteral {
    /// A truth value from a literal.
    @inlinable
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }
}

extension OTelValue: ExpressibleByIntegerLiteral {
    /// An integer from a literal.
    @inlinable
    public init(integerLiteral value: Int64) {
        self = .int(value)
    }
}

extension OTelValue: ExpressibleByFloatLiteral {
    /// A floating-point number from a literal.
    @inlinable
    public init(floatLiteral value: Double) {
        self = .double(value)
    }
}

extension OTelValue: ExpressibleByArrayLiteral {
    /// An array from a literal.
    @inlinable
    public init(arrayLiteral elements: OTelValue...) {
        self = .array(elements)
    }
}

extension OTelValue: ExpressibleByDictionaryLiteral {
    /// A map from a literal; the last value of a repeated key wins.
    @inlinable
    public init(dictionaryLiteral elements: (OTelAttributeKey, OTelValue)...) {
        self = .map(OTelAttributes(uniquing: elements))
    }
}

extension OTelValue: ExpressibleByNilLiteral {
    /// The empty value from `nil`.
    @inlinable
    public init(nilLiteral: ()) {
        self = .empty
    }
}

extension OTelValue: CustomStringConvertible {
    /// The text form for protocols without typed values: strings raw, collections as JSON, bytes as base64, empty as
    /// nothing.
    ///
    /// See `specification/common/README.md`, "AnyValue representation for non-OTLP protocols".
    public var description: String {
        ValueText.text(of: self)
    }
}
