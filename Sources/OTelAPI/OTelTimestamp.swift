import COTelRuntime

/// A point in time as OTLP has it: nanoseconds since 1970-01-01T00:00:00Z.
@frozen public struct OTelTimestamp: Sendable, Hashable, Comparable {
    /// Nanoseconds since the Unix epoch; reaches to the year 2554.
    public let unixNanoseconds: UInt64

    /// A point in time from its nanoseconds.
    @inlinable
    public init(unixNanoseconds: UInt64) {
        self.unixNanoseconds = unixNanoseconds
    }

    /// The wall clock's reading.
    public static var now: OTelTimestamp { OTelTimestamp(unixNanoseconds: cotel_realtime_ns()) }

    /// Earlier comes first.
    @inlinable
    public static func < (left: OTelTimestamp, right: OTelTimestamp) -> Bool {
        left.unixNanoseconds < right.unixNanoseconds
    }
}
