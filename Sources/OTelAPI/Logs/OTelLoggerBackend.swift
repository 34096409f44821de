/// What an SDK implements behind every `OTelLogger` of one instrumentation scope.
///
/// Applications never see it.
///
/// Any thread may call. A backend that was bound to a logger is kept for the life of the process.
open class OTelLoggerBackend: @unchecked Sendable {
    // Safety: without state of its own; subclasses keep theirs immutable or locked.
    /// For subclasses.
    public init() {}

    /// Whether any sink takes records of this severity: asked before a message is built.
    open func takes(_ severity: OTelSeverity) -> Bool { false }

    /// Records a message in the current context, now: the hot form.
    open func emit(_ severity: OTelSeverity, _ message: String, _ attributes: OTelAttributes, _ error: (any Error)?) {}

    /// Records all that `record` says.
    open func emit(_ record: OTelLogRecord) {}

    /// Whether a record like this would be kept.
    open func isEnabled(_ severity: OTelSeverity, eventName: String?, context: OTelContext?) -> Bool { false }
}
