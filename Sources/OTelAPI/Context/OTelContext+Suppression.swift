extension OTelContext {
    /// Whether telemetry is suppressed: no span, log record or measurement is recorded while this context is current.
    public var isSuppressed: Bool { self.span.isSuppressed }

    /// The same context with telemetry suppressed, for work that must not report on itself: exporters, health checks.
    ///
    /// While it is current, in child tasks too, spans started carry the context of the current span and record nothing,
    /// and log records and measurements are dropped. Explicit parents derived from it suppress as well. Spans that were
    /// started before go on recording, and propagators pass ids and baggage on. Only a context that was made without
    /// this one, such as `root`, brings telemetry back.
    public func suppressingTelemetry() -> OTelContext {
        OTelContext(span: self.span.suppressed, extras: self.extras)
    }

    /// Runs `operation` in the current context with telemetry suppressed, as by `suppressingTelemetry`.
    @inlinable
    public static func withoutTelemetry<Result, Failure: Error>(
        _ operation: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try self.withValue(.current.suppressingTelemetry(), operation)
    }

    /// Runs `operation` in the current context with telemetry suppressed, child tasks included.
    @inlinable
    public nonisolated(nonsending) static func withoutTelemetry<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await self.withValue(.current.suppressingTelemetry(), operation)
    }
}

extension OTelSpan {
    /// The same span, as the current one of a context in which nothing is recorded.
    var suppressed: OTelSpan {
        OTelSpan(
            traceHigh: self.traceHigh,
            traceLow: self.traceLow,
            id: self.id,
            slot: self.slot,
            meta: self.meta | Self.suppressedFlag,
            extra: self.extra
        )
    }
}
