public import COTelRuntime

/// Where the current context is kept.
///
/// The span has a task-local of its own: it is plain data, and reading it costs no reference count.
@usableFromInline package enum CurrentContext {
    @TaskLocal package static var span = OTelSpan.invalid

    @usableFromInline @inline(never)
    static var bound: OTelSpan { self.span }

    /// The current span, without a look at the task while no span was ever made current in this process.
    @inlinable @inline(__always)
    package static var spanIfUsed: OTelSpan { cotel_context_used() ? self.bound : .invalid }

    @TaskLocal package static var extras: ContextExtras?
}

extension OTelContext {
    /// Makes `context` current while `operation` runs.
    ///
    /// Works in tasks and on plain threads.
    public static func withValue<Result, Failure: Error>(
        _ context: OTelContext,
        _ operation: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if context.extras === CurrentContext.extras {
            return try CurrentContext.withSpan(context.span, operation)
        }
        return try CurrentContext.$extras.withValue(context.extras) {
            outcome { () throws(Failure) -> Result in try CurrentContext.withSpan(context.span, operation) }
        }.get()
    }

    /// Makes `context` current while `operation` runs, child tasks included.
    public nonisolated(nonsending) static func withValue<Result, Failure: Error>(
        _ context: OTelContext,
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        if context.extras === CurrentContext.extras {
            return try await CurrentContext.withSpan(context.span, operation)
        }
        return try await CurrentContext.bind(CurrentContext.$extras, context.extras) {
            await outcome { () async throws(Failure) -> Result in
                try await CurrentContext.withSpan(context.span, operation)
            }
        }.get()
    }
}

extension CurrentContext {
    /// The storage of the current span, for code that is inlined into applications.
    @usableFromInline static var spanStorage: TaskLocal<OTelSpan> { self.$span }

    @inlinable
    static func withSpan<Result, Failure: Error>(
        _ span: OTelSpan,
        _ operation: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if span.isValid { cotel_set_context_used() }
        return try self.spanStorage.withValue(span) { outcome(operation) }.get()
    }

    @inlinable
    nonisolated(nonsending) static func withSpan<Result, Failure: Error>(
        _ span: OTelSpan,
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        if span.isValid { cotel_set_context_used() }
        return try await self.bind(self.spanStorage, span) { await outcome(operation) }.get()
    }

    /// `TaskLocal.withValue` for an operation that has to stay on the caller's actor.
    ///
    /// The standard library's takes an operation without an isolation of its own: called as it is, the operation would
    /// not return to the actor after a suspension. A closure that captures the isolation does.
    @inlinable
    static func bind<Value: Sendable, Result>(
        _ local: TaskLocal<Value>,
        _ value: Value,
        isolation: isolated (any Actor)? = #isolation,
        _ operation: nonisolated(nonsending) () async -> Result
    ) async -> Result {
        await local.withValue(value) {
            _ = isolation
            return await operation()
        }
    }
}

/// `TaskLocal.withValue` rethrows without a type: errors pass through it as values.
@inlinable
func outcome<Success, Failure: Error>(
    _ operation: () throws(Failure) -> Success
) -> Result<Success, Failure> {
    do throws(Failure) { return .success(try operation()) } catch { return .failure(error) }
}

@inlinable
nonisolated(nonsending) func outcome<Success, Failure: Error>(
    _ operation: nonisolated(nonsending) () async throws(Failure) -> Success
) async -> Result<Success, Failure> {
    do throws(Failure) { return .success(try await operation()) } catch { return .failure(error) }
}
