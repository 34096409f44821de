extension OTelTracer {
    /// Runs `body` with a new span current and ends the span afterwards.
    ///
    /// An error thrown from `body` is recorded on the span, sets its status, and passes through. Parameters are those
    /// of `startSpan`.
    @inlinable @inline(__always)
    public func withSpan<Result, Failure: Error>(
        _ name: String,
        kind: OTelSpanKind = .internal,
        parent: OTelContext? = nil,
        attributes: OTelAttributes = OTelAttributes(),
        links: [OTelLink] = [],
        startTime: OTelTimestamp? = nil,
        _ body: (OTelSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let backend = self.cell.backend else { return try Self.withUnbound(parent, body) }
        let span = backend._withUnsafeGuaranteedRef {
            $0.startSpan(
                name,
                kind,
                parent: parent,
                attributes: attributes,
                links: links,
                startTime: startTime?.unixNanoseconds ?? 0
            )
        }
        return try Self.run(span, in: parent, body)
    }

    /// Runs `body` with a new span current, child tasks included, and ends the span afterwards.
    ///
    /// An error thrown from `body` is recorded on the span, sets its status, and passes through. Parameters are those
    /// of `startSpan`.
    @inlinable @inline(__always)
    public nonisolated(nonsending) func withSpan<Result, Failure: Error>(
        _ name: String,
        kind: OTelSpanKind = .internal,
        parent: OTelContext? = nil,
        attributes: OTelAttributes = OTelAttributes(),
        links: [OTelLink] = [],
        startTime: OTelTimestamp? = nil,
        _ body: nonisolated(nonsending) (OTelSpan) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        guard let backend = self.cell.backend else { return try await Self.withUnbound(parent, body) }
        let span = backend._withUnsafeGuaranteedRef {
            $0.startSpan(
                name,
                kind,
                parent: parent,
                attributes: attributes,
                links: links,
                startTime: startTime?.unixNanoseconds ?? 0
            )
        }
        return try await Self.run(span, in: parent, body)
    }

    @inlinable @inline(__always)
    static func run<Result, Failure: Error>(
        _ span: OTelSpan,
        in parent: OTelContext?,
        _ body: (OTelSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bindings = CurrentContext.push(span, in: parent)
        defer {
            CurrentContext.pop(bindings)
            span.end()
        }
        do throws(Failure) {
            return try body(span)
        } catch {
            span.fail(with: error)
            throw error
        }
    }

    @inlinable @inline(__always)
    nonisolated(nonsending) static func run<Result, Failure: Error>(
        _ span: OTelSpan,
        in parent: OTelContext?,
        _ body: nonisolated(nonsending) (OTelSpan) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        // Whatever is allocated in here has to be freed before the pop: Docs/Design/0007.
        let bindings = CurrentContext.push(span, in: parent)
        defer {
            CurrentContext.pop(bindings)
            span.end()
        }
        do throws(Failure) {
            return try await body(span)
        } catch {
            span.fail(with: error)
            throw error
        }
    }

    /// Without an SDK: nothing is made current unless there is a context that could have been given on.
    @inlinable @inline(never)
    static func withUnbound<Result, Failure: Error>(
        _ parent: OTelContext?,
        _ body: (OTelSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let span = self.unbound(parent)
        if !span.isValid && parent == nil { return try body(span) }
        return try self.run(span, in: parent, body)
    }

    @inlinable @inline(never)
    nonisolated(nonsending) static func withUnbound<Result, Failure: Error>(
        _ parent: OTelContext?,
        _ body: nonisolated(nonsending) (OTelSpan) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let span = self.unbound(parent)
        if !span.isValid && parent == nil { return try await body(span) }
        return try await self.run(span, in: parent, body)
    }
}
