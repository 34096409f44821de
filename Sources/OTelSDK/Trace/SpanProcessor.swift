public import OTLPProto
public import OTelAPI

/// Takes part in the life of every recorded span, before the sinks: to enrich, to redact, to drop, to count.
///
/// Processors of `Config.spanProcessors` are called in their order, on the thread that starts or ends the span, for
/// every span that at least one sink's sampler lets through, those recorded without being exported included. They must
/// be quick and must not block. Spans started inside of a call are not recorded. Nothing is called after shutdown. See
/// `specification/trace/sdk.md`, "Span processor".
///
/// What a sink does with finished spans, batch or simple, is not a matter of these: see `RecordProcessor`.
public protocol SpanProcessor: Sendable {
    /// A span has begun; it holds what was given at its start.
    ///
    /// `parent` is the context that it was started in.
    func onStart(_ span: ReadWriteSpan, parent: OTelContext)

    /// A span is ending: its end time is fixed, and from now on nobody but the processors can change it.
    ///
    /// All processors see this before any sees `onEnd`. A write of one is seen by the next.
    func onEnding(_ span: ReadWriteSpan)

    /// A span has ended.
    func onEnd(_ span: SpanView)

    /// Delivers what the processor holds back; false when `deadline` passes first.
    ///
    /// Called on a thread of its own, at the same time as that of other processors. `deadline` leaves the sinks a part of
    /// the caller's time: half of it, at most two seconds.
    func forceFlush(by deadline: Deadline) -> Bool

    /// Delivers what the processor holds back and ends; false when `deadline` passes first.
    ///
    /// Called once, on a thread of its own.
    func shutdown(by deadline: Deadline) -> Bool

    /// The process has forked: only the forking thread exists in the child.
    func resetAfterFork()
}

extension SpanProcessor {
    /// Nothing happens at the start.
    public func onStart(_ span: ReadWriteSpan, parent: OTelContext) {}
    /// Nothing happens before the end.
    public func onEnding(_ span: ReadWriteSpan) {}
    /// Nothing happens after the end.
    public func onEnd(_ span: SpanView) {}
    /// Nothing is held back.
    public func forceFlush(by deadline: Deadline) -> Bool { true }
    /// There is nothing to end.
    public func shutdown(by deadline: Deadline) -> Bool { true }
    /// Nothing belongs to the parent process.
    public func resetAfterFork() {}
}
