/// The 8 bytes that name a span within its trace.
///
/// All zero is invalid.
@frozen public struct OTelSpanID: Sendable, Hashable {
    /// The eight bytes, big endian.
    public let value: UInt64

    /// The id with this value, big endian on the wire.
    @inlinable
    public init(_ value: UInt64) {
        self.value = value
    }

    /// The id in `bytes`; nil when there are not exactly 8.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 8 else { return nil }
        self.init(bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The id written as 16 lower-case hex digits; nil for anything else.
    public init?(hex: some StringProtocol) {
        guard hex.utf8.count == 16, let value = Hex.parse(Array(hex.utf8)[...]) else { return nil }
        self.init(value)
    }

    /// The all-zero id.
    @inlinable public static var invalid: OTelSpanID { OTelSpanID(0) }

    /// Whether any byte differs from zero.
    @inlinable public var isValid: Bool { self.value != 0 }

    /// The 8 bytes in network order.
    public var bytes: [UInt8] { Hex.bytes(self.value) }
}

extension OTelSpanID: CustomStringConvertible {
    /// 16 lower-case hex digits.
    public var description: String { Hex.text(self.value) }
}
