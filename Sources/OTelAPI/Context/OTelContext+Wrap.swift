// Two functions each instead of a typed error: at the call of a function that returns a closure with one, Swift 6.3
// crashes.
extension OTelContext {
    /// A closure that runs `operation` with this context current, wherever it is called.
    ///
    /// For callbacks, queues, timers and threads, which don't inherit the current context:
    /// `queue.async(execute: OTelContext.current.wrap { … })`. May be called any number of times, from any thread.
    public func wrap<each Argument, Result>(
        _ operation: @escaping @Sendable (repeat each Argument) -> Result
    ) -> @Sendable (repeat each Argument) -> Result {
        { (argument: repeat each Argument) -> Result in
            let bindings = CurrentContext.push(self)
            defer { CurrentContext.pop(bindings) }
            return operation(repeat each argument)
        }
    }

    /// A closure that runs `operation` with this context current, wherever it is called; errors pass through.
    public func wrap<each Argument, Result>(
        _ operation: @escaping @Sendable (repeat each Argument) throws -> Result
    ) -> @Sendable (repeat each Argument) throws -> Result {
        { (argument: repeat each Argument) throws -> Result in
            let bindings = CurrentContext.push(self)
            defer { CurrentContext.pop(bindings) }
            return try operation(repeat each argument)
        }
    }

    /// A closure that runs `operation` with this context current, child tasks included, wherever it is called.
    ///
    /// For detached tasks and for callbacks that are asynchronous.
    public func wrap<Result>(
        _ operation: nonisolated(nonsending) @escaping @Sendable () async -> Result
    ) -> @concurrent @Sendable () async -> Result {
        { await OTelContext.withValue(self, operation) }
    }

    /// A closure that runs `operation` with this context current, child tasks included; errors pass through.
    public func wrap<Result>(
        _ operation: nonisolated(nonsending) @escaping @Sendable () async throws -> Result
    ) -> @concurrent @Sendable () async throws -> Result {
        { try await OTelContext.withValue(self, operation) }
    }
}
