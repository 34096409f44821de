/// The 16 bytes that all spans of a trace share.
///
/// All zero is invalid.
@frozen public struct OTelTraceID: Sendable, Hashable {
    /// The first eight bytes, big endian.
    public let high: UInt64
    /// The last eight bytes, big endian.
    public let low: UInt64

    /// The id from its two halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The id in the first 16 of `bytes`; nil when there are not exactly 16.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
        )
    }

    /// The id written as 32 lower-case hex digits; nil for anything else.
    public init?(hex: some StringProtocol) {
        let digits = Array(hex.utf8)
        guard digits.count == 32, let high = Hex.parse(digits[..<16]), let low = Hex.parse(digits[16...]) else {
            return nil
        }
        self.init(high: high, low: low)
    }

    /// The all-zero id.
    @inlinable public static var invalid: OTelTraceID { OTelTraceID(high: 0, low: 0) }

    /// Whether any byte differs from zero.
    @inlinable public var isValid: Bool { self.high | self.low != 0 }

    /// The 16 bytes in network order.
    public var bytes: [UInt8] {
        Hex.bytes(self.high) + Hex.bytes(self.low)
    }
}

extension OTelTraceID: CustomStringConvertible {
    /// 32 lower-case hex digits.
    public var description: String { Hex.text(self.high) + Hex.text(self.low) }
}
