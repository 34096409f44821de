/// How serious a log record is: 1 to 24 in six ranges of four, as OTLP numbers them; 0 is unspecified.
@frozen public struct OTelSeverity: RawRepresentable, Sendable, Hashable, Comparable {
    /// The number, from 0 to 24.
    public let rawValue: UInt8

    /// The severity of a number; nil above 24.
    @inlinable
    public init?(rawValue: UInt8) {
        guard rawValue <= 24 else { return nil }
        self.init(unchecked: rawValue)
    }

    @inlinable
    init(unchecked rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Not specified; passes every minimum.
    @inlinable public static var unspecified: OTelSeverity { OTelSeverity(unchecked: 0) }
    /// Fine-grained tracing of the program's flow.
    @inlinable public static var trace: OTelSeverity { OTelSeverity(unchecked: 1) }
    /// For debugging.
    @inlinable public static var debug: OTelSeverity { OTelSeverity(unchecked: 5) }
    /// Something happened, as it should.
    @inlinable public static var info: OTelSeverity { OTelSeverity(unchecked: 9) }
    /// Not an error, but likely more important than an informational event.
    @inlinable public static var warn: OTelSeverity { OTelSeverity(unchecked: 13) }
    /// Something went wrong.
    @inlinable public static var error: OTelSeverity { OTelSeverity(unchecked: 17) }
    /// The application cannot go on.
    @inlinable public static var fatal: OTelSeverity { OTelSeverity(unchecked: 21) }

    /// Less serious comes first.
    @inlinable
    public static func < (left: OTelSeverity, right: OTelSeverity) -> Bool {
        left.rawValue < right.rawValue
    }

    /// `TRACE`, `TRACE2` … `FATAL4`; empty when unspecified.
    public var name: String {
        guard self.rawValue > 0 else { return "" }
        let ranges = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
        let step = (self.rawValue - 1) % 4
        return ranges[Int(self.rawValue - 1) / 4] + (step == 0 ? "" : String(step + 1))
    }
}

extension OTelSeverity: CustomStringConvertible {
    /// The name.
    public var description: String { self.name }
}
