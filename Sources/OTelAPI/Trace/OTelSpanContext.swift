/// What identifies a span across processes.
public struct OTelSpanContext: Sendable, Hashable {
    /// The trace that the span belongs to.
    public let traceID: OTelTraceID
    /// The span itself.
    public let spanID: OTelSpanID
    /// Whether the trace is recorded and its id random.
    public let traceFlags: OTelTraceFlags
    /// Vendors' additions, passed on to children.
    public let traceState: OTelTraceState
    /// True when a propagator read the context from a request; false for spans of this process.
    public let isRemote: Bool

    /// A context from its parts, for propagators and for links.
    public init(
        traceID: OTelTraceID,
        spanID: OTelSpanID,
        traceFlags: OTelTraceFlags = [],
        traceState: OTelTraceState = OTelTraceState(),
        isRemote: Bool = false
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.traceFlags = traceFlags
        self.traceState = traceState
        self.isRemote = isRemote
    }

    /// No span: all ids zero.
    public static var invalid: OTelSpanContext { OTelSpanContext(traceID: .invalid, spanID: .invalid) }

    /// Whether both ids differ from zero.
    public var isValid: Bool { self.traceID.isValid && self.spanID.isValid }

    /// Whether the trace is recorded by whoever decided for it.
    public var isSampled: Bool { self.traceFlags.contains(.sampled) }
}
