/// The values of the W3C headers that tell about a context; nil where there is nothing to tell.
struct W3CValues {
    let traceParent: String?
    let traceState: String?
    let baggage: String?

    @inline(__always) static var traceParentName: String { "traceparent" }
    @inline(__always) static var traceStateName: String { "tracestate" }
    @inline(__always) static var baggageName: String { "baggage" }

    @inline(__always)
    init(_ context: OTelContext, _ parts: W3CParts) {
        self.init(context.span, context.extras, parts)
    }

    /// What tells about the current context.
    @inline(__always)
    init(_ parts: W3CParts) {
        self.init(CurrentContext.span, CurrentContext.extras, parts)
    }

    @inline(__always)
    private init(_ span: OTelSpan, _ extras: ContextExtras?, _ parts: W3CParts) {
        let hasSpan = span.isValid && parts.contains(.traceContext)
        self.traceParent = hasSpan ? TraceParent(span).header : nil
        self.traceState = hasSpan && span.traceStateTicket != 0 ? Self.traceState(span) : nil
        self.baggage = parts.contains(.baggage) ? extras.flatMap { Self.baggage($0.baggage) } : nil
    }

    @inline(__always)
    private static func traceState(_ span: OTelSpan) -> String? {
        let state = span.traceState
        let sent = state.isTooLong ? state.truncated() : state
        return sent.isEmpty ? nil : sent.header
    }

    private static func baggage(_ baggage: OTelBaggage) -> String? {
        if baggage.isEmpty { return nil }
        let (header, dropped) = BaggageHeader.encode(baggage)
        OTelW3CBaggagePropagator.count(dropped)
        return header.isEmpty ? nil : header
    }

    var isEmpty: Bool { self.traceParent == nil && self.baggage == nil }

    /// In the order in which they are sent.
    @inline(__always)
    func forEach(_ set: (_ name: String, _ value: String) -> Void) {
        if let value = self.traceParent { set(Self.traceParentName, value) }
        if let value = self.traceState { set(Self.traceStateName, value) }
        if let value = self.baggage { set(Self.baggageName, value) }
    }

    /// Whether these values take the place of the header `name`: `HeaderName.isReplaced` for all of them at once.
    @inline(__always)
    func replace(_ name: String) -> Bool {
        switch name.utf8.count {
        case 11: self.traceParent != nil && KnownName.isTraceParent(name)
        case 10: self.traceParent != nil && KnownName.isTraceState(name)
        case 7: self.baggage != nil && KnownName.isBaggage(name)
        default: false
        }
    }
}
