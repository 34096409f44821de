public import COTelRuntime

/// Where the current context is kept: two task-local values, which the runtime keeps by thread outside of tasks.
///
/// The span has a value of its own: it is plain data, and reading it costs no reference count. Both are bound and read
/// through the runtime's entry points, not through `TaskLocal`: Docs/Design/0007 says why, and what keeps it sound.
@usableFromInline package enum CurrentContext {
    /// The current span, without a look at the task while no context was ever made current in this process.
    @inlinable @inline(__always)
    package static var spanIfUsed: OTelSpan {
        let state = cotel_context_state()
        if state == 0 { return .invalid }
        if _slowPath(state & UInt32(COTEL_CONTEXT_ATTACHED) != 0) { return self.spanBesideAttachments }
        return self.boundSpan
    }

    /// The current span.
    package static var span: OTelSpan { self.spanIfUsed }

    /// The flags of the current span, without a copy of it: what an instrument wants to know first.
    @inlinable @inline(__always)
    package static var spanFlags: UInt64 {
        if _slowPath(cotel_context_state() & UInt32(COTEL_CONTEXT_ATTACHED) != 0) {
            return self.spanBesideAttachments.meta
        }
        return cotel_local_get(COTEL_LOCAL_SPAN)?.assumingMemoryBound(to: OTelSpan.self).pointee.meta ?? 0
    }

    /// The rest of the current context.
    static var extras: ContextExtras? {
        if _slowPath(cotel_context_state() & UInt32(COTEL_CONTEXT_ATTACHED) != 0) { return self.context.extras }
        return self.boundExtras
    }

    /// The current context.
    static var context: OTelContext {
        AttachedContext.current ?? OTelContext(span: self.boundSpan, extras: self.boundExtras)
    }

    /// Whether nothing is recorded in the current context.
    @inlinable @inline(__always)
    package static var isSuppressed: Bool {
        cotel_suppression_used() && self.spanIfUsed.isSuppressed
    }

    /// Makes a span current in the current context; returns what `pop` has to be called with.
    @inlinable @inline(__always)
    static func push(_ span: OTelSpan) -> Int {
        let ordinary = UInt32(COTEL_CONTEXT_CURRENT)
        if _slowPath(cotel_context_state() & (ordinary | UInt32(COTEL_CONTEXT_ATTACHED)) != ordinary) {
            return self.pushSlowly(span)
        }
        self.bind(span)
        return 1
    }

    /// Makes a span current in `context`, or in the current one; returns what `pop` has to be called with.
    @inlinable @inline(__always)
    static func push(_ span: OTelSpan, in context: OTelContext?) -> Int {
        if _slowPath(context != nil), let context { return self.push(context.with(span)) }
        return self.push(span)
    }

    /// Makes a context current; returns what `pop` has to be called with.
    @usableFromInline
    static func push(_ context: OTelContext) -> Int {
        self.note(context)
        let extras = AttachedContext.distinctExtras(of: context)
        let bindsExtras = extras !== self.boundExtras
        if bindsExtras { self.bind(extras) }
        self.bind(context.span)
        return bindsExtras ? 2 : 1
    }

    @usableFromInline @inline(never)
    static func pushSlowly(_ span: OTelSpan) -> Int {
        self.push(OTelContext(span: span, extras: self.extras))
    }

    /// Lets everyone know, before it is made current, what there is to look for.
    static func note(_ context: OTelContext, attaching: Bool = false) {
        // The two are made one after the other: who sees only the first waits for the second.
        if cotel_local_key(COTEL_LOCAL_SPAN) == nil || cotel_local_key(COTEL_LOCAL_EXTRAS) == nil { _ = self.locals }
        var bits: Int32 = attaching ? COTEL_CONTEXT_CURRENT | COTEL_CONTEXT_ATTACHED : 0
        if context.span.isValid { bits |= COTEL_CONTEXT_CURRENT }
        if context.isSuppressed { bits |= COTEL_CONTEXT_CURRENT | COTEL_CONTEXT_SUPPRESSED }
        cotel_set_context_used(UInt32(bits))
    }

    /// Takes back what the matching `push` bound.
    @inlinable @inline(__always)
    static func pop(_ count: Int) {
        if _slowPath(count > 1) { cotel_local_pop() }
        cotel_local_pop()
    }
}

extension CurrentContext {
    /// What the two values are found by, made known to the inlined code.
    private static let locals: (TaskLocal<OTelSpan>, TaskLocal<ContextExtras?>) = {
        let span = TaskLocal(wrappedValue: OTelSpan.invalid)
        let extras = TaskLocal<ContextExtras?>(wrappedValue: nil)
        cotel_set_local_key(COTEL_LOCAL_SPAN, Unmanaged.passUnretained(span).toOpaque())
        cotel_set_local_key(COTEL_LOCAL_EXTRAS, Unmanaged.passUnretained(extras).toOpaque())
        return (span, extras)
    }()

    @usableFromInline @inline(never)
    static var spanBesideAttachments: OTelSpan { AttachedContext.current?.span ?? self.boundSpan }

    @inlinable @inline(__always)
    static var boundSpan: OTelSpan {
        cotel_local_get(COTEL_LOCAL_SPAN)?.assumingMemoryBound(to: OTelSpan.self).pointee ?? .invalid
    }

    static var boundExtras: ContextExtras? {
        cotel_local_get(COTEL_LOCAL_EXTRAS)?.assumingMemoryBound(to: ContextExtras?.self).pointee
    }

    @inlinable @inline(__always)
    static func bind(_ span: OTelSpan) {
        cotel_local_push_span(
            unsafeBitCast(span, to: cotel_span.self),
            unsafeBitCast(OTelSpan.self, to: UnsafeRawPointer.self)
        )
    }

    private static func bind(_ extras: ContextExtras?) {
        // The runtime takes the reference over.
        if let extras { _ = Unmanaged.passRetained(extras) }
        withUnsafePointer(to: extras) {
            cotel_local_push(COTEL_LOCAL_EXTRAS, $0, unsafeBitCast(ContextExtras?.self, to: UnsafeRawPointer.self))
        }
    }
}
