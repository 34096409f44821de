/// The `tracestate` of the W3C trace context: an ordered list of vendors' key-value pairs.
public struct OTelTraceState: Sendable, Hashable {
    /// The list as it stands in the header: members joined by commas, valid by construction.
    package let header: String

    /// No members.
    public init() {
        self.header = ""
    }

    package init(validHeader header: String) {
        self.header = header
    }

    /// Whether there are no members.
    public var isEmpty: Bool { self.header.isEmpty }
}
