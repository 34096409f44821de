/// A reference from one span to another, in the same trace or a different one.
public struct OTelLink: Sendable, Hashable {
    /// The linked span.
    public var context: OTelSpanContext
    /// What the link means.
    public var attributes: OTelAttributes

    /// A link to the span of a context.
    public init(_ context: OTelSpanContext, attributes: OTelAttributes = [:]) {
        self.context = context
        self.attributes = attributes
    }
}
