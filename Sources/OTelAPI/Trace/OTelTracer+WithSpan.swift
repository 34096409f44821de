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
        let span = self.startSpan(
            name,
            kind: kind,
            parent: parent,
            attributes: attributes,
            links: links,
            startTime: startTime
        )
        // Nothing to make current: no SDK, and no context that could have been given on.
        if _slowPath(!span.isValid && parent == nil) { return try body(span) }
        return try self.run(span, in: parent, body)
    }

    /// Runs `body` with a new span current, child tasks included, and ends the span afterwards.
    ///
    /// An error thrown from `body` is recorded on the span, sets its status, and passes through. Parameters are those
    /// of `startSpan`.
    @inlinable
    public nonisolated(nonsending) func withSpan<Result, Failure: Error>(
        _ name: String,
        kind: OTelSpanKind = .internal,
        parent: OTelContext? = nil,
        attributes: OTelAttributes = OTelAttributes(),
        links: [OTelLink] = [],
        startTime: OTelTimestamp? = nil,
        _ body: nonisolated(nonsending) (OTelSpan) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let span = self.startSpan(
            name,
            kind: kind,
            parent: parent,
            attributes: attributes,
            links: links,
            startTime: startTime
        )
        if _slowPath(!span.isValid && parent == nil) { return try await body(span) }
        return try await self.run(span, in: parent, body)
    }

    @inlinable
    func run<Result, Failure: Error>(
        _ span: OTelSpan,
        in parent: OTelContext?,
        _ body: (OTelSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { span.end() }
        do throws(Failure) {
            if let parent {
                return try OTelContext.withValue(parent.with(span)) { () throws(Failure) -> Result in try body(span) }
            }
            return try CurrentContext.withSpan(span) { () throws(Failure) -> Result in try body(span) }
        } catch {
            span.fail(with: error)
            throw error
        }
    }

    @inlinable
    nonisolated(nonsending) func run<Result, Failure: Error>(
        _ span: OTelSpan,
        in parent: OTelContext?,
        _ body: nonisolated(nonsending) (OTelSpan) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        defer { span.end() }
        do throws(Failure) {
            if let parent {
                return try await OTelContext.withValue(parent.with(span)) { () async throws(Failure) -> Result in
                    try await body(span)
                }
            }
            return try await CurrentContext.withSpan(span) { () async throws(Failure) -> Result in
                try await body(span)
            }
        } catch {
            span.fail(with: error)
            throw error
        }
    }
}
