public import COTelRuntime

/// Starts the spans of one instrumentation scope.
///
/// A tracer may be taken at any time and kept for good: without an SDK it does nothing, when one is installed it binds
/// to it, and it outlives shutdown and a new start. Any thread or task may call.
public final class OTelTracer: Sendable {
    /// Whom the spans come from.
    public let scope: OTelScope
    @usableFromInline let cell: BackendCell<OTelTracerBackend>

    package init(_ scope: OTelScope, _ backend: OTelTracerBackend? = nil) {
        self.scope = scope
        self.cell = BackendCell()
        if let backend { self.cell.bind(backend) }
    }

    package func bind(_ backend: OTelTracerBackend) {
        self.cell.bind(backend)
    }

    /// Whether a span started now could be recorded.
    ///
    /// The answer changes over time: ask each time.
    public var isEnabled: Bool {
        self.cell.backend?._withUnsafeGuaranteedRef { $0.isEnabled } ?? false
    }

    /// Starts a span that the caller ends.
    ///
    /// It does not become current.
    ///
    /// - Parameters:
    ///   - name: what the span does, with few distinct values ("GET /orders/:id").
    ///   - kind: its role among its peers.
    ///   - parent: the context to start in; the current one by default, `.root` for a new trace.
    ///   - attributes: preferred over setting them later, since samplers see them.
    ///   - links: preferred over adding them later, for the same reason.
    ///   - startTime: exported as it is; now by default.
    /// - Returns: the span's handle; it records nothing when the span was not sampled or there is no SDK.
    @inlinable @inline(__always)
    public func startSpan(
        _ name: String,
        kind: OTelSpanKind = .internal,
        parent: OTelContext? = nil,
        attributes: OTelAttributes = OTelAttributes(),
        links: [OTelLink] = [],
        startTime: OTelTimestamp? = nil
    ) -> OTelSpan {
        guard let backend = self.cell.backend else { return Self.unbound(parent) }
        return backend._withUnsafeGuaranteedRef {
            $0.startSpan(
                name,
                kind,
                parent: parent,
                attributes: attributes,
                links: links,
                startTime: startTime?.unixNanoseconds ?? 0
            )
        }
    }

    /// Without an SDK a span carries its parent's context and records nothing (`specification/trace/api.md`,
    /// "Behavior of the API in the absence of an installed SDK").
    @inlinable @inline(__always)
    static func unbound(_ parent: OTelContext?) -> OTelSpan {
        if _fastPath(parent == nil && !cotel_context_used()) { return .invalid }
        return self.carried(parent)
    }

    @usableFromInline @inline(never)
    static func carried(_ parent: OTelContext?) -> OTelSpan {
        (parent?.span ?? CurrentContext.span).nonRecording
    }
}
