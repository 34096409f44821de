/// Carries the current span in the headers `traceparent` and `tracestate`.
///
/// Reads all versions and writes version 00, with the flags `sampled` and `random`. Of a `tracestate` beyond 512
/// characters whole members are left out, those longer than 128 characters first, then from the right. Follows
/// [level 2 of the W3C recommendation](https://www.w3.org/TR/trace-context-2/).
public struct OTelW3CTraceContextPropagator: OTelTextMapPropagator {
    private static let traceParent = "traceparent"
    private static let traceState = "tracestate"
    private static let names = [traceParent, traceState]

    /// All are alike: there is nothing to configure.
    public init() {}

    /// `traceparent` and `tracestate`.
    public var fields: [String] { Self.names }

    /// Sets nothing when there is no current span, and no `tracestate` when it is empty.
    public func inject(_ context: OTelContext, into set: (_ name: String, _ value: String) -> Void) {
        let span = context.span.context
        guard span.isValid else { return }
        set(Self.traceParent, TraceParent(traceID: span.traceID, spanID: span.spanID, flags: span.traceFlags).header)
        let state = span.traceState.truncated()
        if !state.isEmpty { set(Self.traceState, state.header) }
    }

    /// Makes the caller's span the current one of `context`, as a remote span that records nothing here.
    ///
    /// Without exactly one valid `traceparent` nothing changes. A `tracestate` that is not valid is left out.
    public func extract(from carrier: some OTelTextMapGetter, in context: OTelContext) -> OTelContext {
        var headers = 0
        var parent: TraceParent?
        carrier.forEachValue(of: Self.traceParent) { value in
            headers += 1
            parent = headers == 1 ? TraceParent(value) : nil
        }
        guard let parent else { return context }
        let state = carrier.list(Self.traceState).flatMap(OTelTraceState.init(parsing:))
        let span = OTelSpanContext(
            traceID: parent.traceID,
            spanID: parent.spanID,
            traceFlags: parent.flags,
            // What would not be sent on is not kept: a span's state takes little memory whoever calls us.
            traceState: state?.truncated() ?? OTelTraceState(),
            isRemote: true
        )
        return context.with(OTelSpan(span))
    }
}
