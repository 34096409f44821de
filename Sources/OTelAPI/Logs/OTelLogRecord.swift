/// A log record as an application emits it; everything is optional.
public struct OTelLogRecord: Sendable {
    /// When it happened; nil when only the time of observation is known.
    public var timestamp: OTelTimestamp?
    /// When it was seen; now by default.
    public var observedTimestamp: OTelTimestamp?
    /// How serious it is.
    public var severity: OTelSeverity
    /// The name of the level in the source's own terms.
    public var severityText: String?
    /// What happened: usually text, but any value.
    public var body: OTelValue?
    /// What else is known.
    public var attributes: OTelAttributes
    /// The kind of event; a record with a name is an event.
    ///
    /// At most 256 characters are recommended.
    public var eventName: String?
    /// An error to describe in `exception.*` attributes; attributes given above win.
    public var error: (any Error)?
    /// The context whose span the record belongs to; the current one by default.
    public var context: OTelContext?

    /// A record; what is not given is unknown, or filled in when it is emitted.
    public init(
        severity: OTelSeverity = .unspecified,
        body: OTelValue? = nil,
        attributes: OTelAttributes = [:],
        eventName: String? = nil,
        timestamp: OTelTimestamp? = nil,
        observedTimestamp: OTelTimestamp? = nil,
        severityText: String? = nil,
        error: (any Error)? = nil,
        context: OTelContext? = nil
    ) {
        self.timestamp = timestamp
        self.observedTimestamp = observedTimestamp
        self.severity = severity
        self.severityText = severityText
        self.body = body
        self.attributes = attributes
        self.eventName = eventName
        self.error = error
        self.context = context
    }
}
