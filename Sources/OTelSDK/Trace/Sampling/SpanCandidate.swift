public import OTelAPI

/// What is known of a span before it is created.
public struct SpanCandidate: Sendable {
    /// The context it will be started in.
    public let parent: OTelContext
    /// Its trace: the parent's, or a new one.
    public let traceID: OTelTraceID
    /// Its name.
    public let name: String
    /// Its role.
    public let kind: OTelSpanKind
    /// The attributes given at creation.
    public let attributes: OTelAttributes
    /// The links given at creation.
    public let links: [OTelLink]
}
