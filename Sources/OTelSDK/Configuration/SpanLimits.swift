import COTelRuntime
import OTelWire

/// Bounds on what one span may hold.
///
/// What exceeds them is dropped and counted in the span's dropped counts.
///
/// See `specification/trace/sdk.md`, "Span Limits", and `specification/common/README.md`, "Attribute Limits".
public struct SpanLimits: Sendable, Hashable {
    /// Attributes of a span.
    ///
    /// Default 128.
    public var attributes = 128
    /// Characters of a string value, bytes of a byte array; nil, the default, means no limit.
    public var attributeValueLength: Int?
    /// Levels of arrays and maps in a value; what is deeper becomes empty.
    ///
    /// Default 64.
    public var attributeValueDepth = 64
    /// Events of a span.
    ///
    /// Default 128.
    public var events = 128
    /// Links of a span.
    ///
    /// Default 128.
    public var links = 128
    /// Attributes of one event.
    ///
    /// Default 128.
    public var attributesPerEvent = 128
    /// Attributes of one link.
    ///
    /// Default 128.
    public var attributesPerLink = 128
    /// Encoded bytes of one span; an attribute, event or link that would exceed them is dropped.
    ///
    /// Default 3 MiB.
    public var encodedBytes = 3 * 1024 * 1024

    /// The specification's defaults.
    public init() {}

    func validate() throws(ConfigError) {
        for (name, value) in [
            ("attributes", self.attributes), ("events", self.events), ("links", self.links),
            ("attributesPerEvent", self.attributesPerEvent), ("attributesPerLink", self.attributesPerLink),
            ("attributeValueLength", self.attributeValueLength ?? 0),
        ] {
            try Limit.check(value, in: 0...Int(Int32.max), "Config.spanLimits.\(name)")
        }
        try Limit.check(self.attributeValueDepth, in: 1...64, "Config.spanLimits.attributeValueDepth")
        try Limit.check(self.encodedBytes, in: 4096...67_108_864, "Config.spanLimits.encodedBytes")
    }

    /// Those of the span, of its events and of its links, as the recording path reads them.
    var raw: [cotel_limits] {
        [
            self.raw(attributes: UInt32(self.attributes)),
            self.raw(attributes: UInt32(self.attributesPerEvent) + Slot.nestedBase),
            self.raw(attributes: UInt32(self.attributesPerLink) + Slot.nestedBase),
        ]
    }

    private func raw(attributes: UInt32) -> cotel_limits {
        cotel_limits(
            attributes: attributes,
            events: UInt32(self.events),
            links: UInt32(self.links),
            value_depth: UInt32(self.attributeValueDepth),
            value_length: self.attributeValueLength.map { UInt32($0) } ?? UInt32.max,
            record_bytes: UInt32(self.encodedBytes)
        )
    }
}
