/// Carries the current span in the headers `traceparent` and `tracestate`.
///
/// Reads all versions and writes version 00, with the flags `sampled` and `random`. Of a `tracestate` beyond 512
/// characters whole members are left out, those longer than 128 characters first, then from the right. Follows
/// [level 2 of the W3C recommendation](https://www.w3.org/TR/trace-context-2/).
public struct OTelW3CTraceContextPropagator: OTelTextMapPropagator {
    private static let names = [W3CValues.traceParentName, W3CValues.traceStateName]

    /// All are alike: there is nothing to configure.
    public init() {}

    /// `traceparent` and `tracestate`.
    public var fields: [String] { Self.names }

    /// Sets nothing when there is no current span, and no `tracestate` when it is empty.
    public func inject(_ context: OTelContext, into set: (_ name: String, _ value: String) -> Void) {
        W3CValues(context, .traceContext).forEach(set)
    }

    /// Makes the caller's span the current one of `context`, as a remote span that records nothing here.
    ///
    /// Without exactly one valid `traceparent` nothing changes. A `tracestate` that is not valid is left out.
    public func extract(from carrier: some OTelTextMapGetter, in context: OTelContext) -> OTelContext {
        var parents = TraceParents()
        carrier.forEachValue(of: W3CValues.traceParentName) { parents.add($0) }
        guard parents.only.isValid else { return context }
        return context.with(parents.span(carrier.list(W3CValues.traceStateName).value))
    }
}
