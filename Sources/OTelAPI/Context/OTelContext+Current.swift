extension OTelContext {
    /// The context of this task, or of this thread outside of tasks.
    public static var current: OTelContext { CurrentContext.context }

    /// Makes `context` current while `operation` runs.
    ///
    /// Works in tasks and on plain threads.
    @inlinable
    public static func withValue<Result, Failure: Error>(
        _ context: OTelContext,
        _ operation: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bindings = CurrentContext.push(context)
        defer { CurrentContext.pop(bindings) }
        return try operation()
    }

    /// Makes `context` current while `operation` runs, child tasks included.
    ///
    /// The operation runs where its caller does: on the caller's actor, if it has one.
    @inlinable
    public nonisolated(nonsending) static func withValue<Result, Failure: Error>(
        _ context: OTelContext,
        _ operation: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        // Nothing may be allocated before and freed after the push or the pop: Docs/Design/0007.
        let bindings = CurrentContext.push(context)
        defer { CurrentContext.pop(bindings) }
        return try await operation()
    }
}
