/// What an SDK implements behind every `OTelTracer` of one instrumentation scope.
///
/// Applications never see it.
///
/// A backend that was bound to a tracer is kept for the life of the process: other threads may be inside at any time.
/// Any thread may call.
open class OTelTracerBackend: @unchecked Sendable {
    // Safety: without state of its own; subclasses keep theirs immutable or locked.
    /// For subclasses.
    public init() {}

    /// Starts a span, or returns one that only carries a context.
    ///
    /// `parent` is the context to start in, nil the current one; `startTime` is in Unix nanoseconds, 0 means now.
    open func startSpan(
        _ name: String,
        _ kind: OTelSpanKind,
        parent: OTelContext?,
        attributes: OTelAttributes,
        links: [OTelLink],
        startTime: UInt64
    ) -> OTelSpan {
        .invalid
    }

    /// Ends a span that this backend started.
    ///
    /// `time` is in Unix nanoseconds; 0 means now.
    open func endSpan(_ span: OTelSpan, at time: UInt64) {}

    /// Whether a span started now could be recorded.
    open var isEnabled: Bool { false }
}
