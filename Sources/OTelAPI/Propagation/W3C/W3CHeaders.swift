/// The headers of the two W3C propagators, collected in one look at each header of a request.
///
/// What `OTel.extract` uses while nobody has set another propagator: without getters, closures and dynamic calls.
@usableFromInline struct W3CHeaders {
    private var parents = TraceParents()
    private var traceState = JoinedHeader()
    private var baggage = JoinedHeader()

    @usableFromInline init() {}

    @inline(__always)
    init(_ headers: [String: String]) {
        for (name, value) in headers { self.add(name, value) }
    }

    /// Takes the value if `name` is one of the three, in any case.
    @usableFromInline @inline(__always)
    mutating func add(_ name: String, _ value: String) {
        // The length rules out most others.
        switch name.utf8.count {
        case 11 where KnownName.isTraceParent(name): self.parents.add(value)
        case 10 where KnownName.isTraceState(name): self.traceState.append(value)
        case 7 where KnownName.isBaggage(name): self.baggage.append(value)
        default: ()
        }
    }

    /// The current context with what was found.
    @usableFromInline
    func extracted(_ parts: W3CParts) -> OTelContext { self.addedToCurrent(parts) }

    /// `context` with what was found.
    @usableFromInline
    func extracted(_ parts: W3CParts, in context: OTelContext) -> OTelContext { self.added(parts, to: context) }

    @inline(__always)
    func addedToCurrent(_ parts: W3CParts) -> OTelContext {
        // The current span is not looked at when there is another.
        self.context(parts, otherwise: CurrentContext.span, CurrentContext.extras, CurrentContext.isSuppressed)
    }

    @inline(__always)
    func added(_ parts: W3CParts, to context: OTelContext) -> OTelContext {
        self.context(parts, otherwise: context.span, context.extras, context.isSuppressed)
    }

    @inline(__always)
    private func context(
        _ parts: W3CParts,
        otherwise span: @autoclosure () -> OTelSpan,
        _ extras: ContextExtras?,
        _ isSuppressed: Bool
    ) -> OTelContext {
        let isTraced = self.parents.only.isValid && parts.contains(.traceContext)
        let span = isTraced ? self.parents.span(self.traceState.value) : span()
        return OTelContext(
            span: _slowPath(isSuppressed) ? span.suppressed : span,
            extras: self.baggage.isAbsent || !parts.contains(.baggage)
                ? extras : OTelW3CBaggagePropagator.extract(self.baggage, in: extras)
        )
    }
}
