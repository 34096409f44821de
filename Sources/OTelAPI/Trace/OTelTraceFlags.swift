/// The flag byte of the W3C trace context, level 2.
@frozen public struct OTelTraceFlags: OptionSet, Sendable, Hashable {
    /// The byte.
    public let rawValue: UInt8

    /// The flags of a byte.
    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The caller records this trace.
    @inlinable public static var sampled: OTelTraceFlags { OTelTraceFlags(rawValue: 0x01) }
    /// At least the last seven bytes of the trace id are random.
    @inlinable public static var random: OTelTraceFlags { OTelTraceFlags(rawValue: 0x02) }
}
