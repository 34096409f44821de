import COTelRuntime

/// Bounds on what one log record may hold.
///
/// The body is exempt from all but `encodedBytes`.
///
/// See `specification/logs/sdk.md`, "LogRecord Limits".
public struct LogRecordLimits: Sendable, Hashable {
    /// Attributes of a record.
    ///
    /// Default 128.
    public var attributes = 128
    /// Characters of a string value, bytes of a byte array; nil, the default, means no limit.
    public var attributeValueLength: Int?
    /// Levels of arrays and maps in a value; what is deeper becomes empty.
    ///
    /// Default 64.
    public var attributeValueDepth = 64
    /// Encoded bytes of one record; a record whose body does not fit is dropped and counted.
    ///
    /// Default 3 MiB.
    public var encodedBytes = 3 * 1024 * 1024

    /// The specification's defaults.
    public init() {}

    func validate() throws(ConfigError) {
        try Limit.check(self.attributes, in: 0...Int(Int32.max), "Config.logRecordLimits.attributes")
        try Limit.check(
            self.attributeValueLength ?? 0,
            in: 0...Int(Int32.max),
            "Config.logRecordLimits.attributeValueLength"
        )
        try Limit.check(self.attributeValueDepth, in: 1...64, "Config.logRecordLimits.attributeValueDepth")
        try Limit.check(self.encodedBytes, in: 4096...67_108_864, "Config.logRecordLimits.encodedBytes")
    }

    var raw: cotel_limits {
        cotel_limits(
            attributes: UInt32(self.attributes),
            events: 0,
            links: 0,
            value_depth: UInt32(self.attributeValueDepth),
            value_length: self.attributeValueLength.map { UInt32($0) } ?? UInt32.max,
            record_bytes: UInt32(self.encodedBytes)
        )
    }
}
