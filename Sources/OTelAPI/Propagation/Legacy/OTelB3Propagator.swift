/// Carries the current span in Zipkin's B3 format: in the header `b3`, or in several that begin with `x-b3-`.
///
/// Reads both, the single header first, with trace ids of 128 or 64 bits; writes the one it is made for, ids in full.
/// A caller's debug flag makes its span a sampled one, stays in the context and is sent on. A request that tells a
/// decision alone, without ids, changes nothing; one that leaves the decision open counts as not sampled. The id of a
/// span's parent is neither used nor sent. Follows
/// [the specification](https://opentelemetry.io/docs/specs/otel/context/api-propagators/#b3-requirements) and
/// [openzipkin's](https://github.com/openzipkin/b3-propagation).
public struct OTelB3Propagator: OTelTextMapPropagator {
    /// How the span is written.
    public enum Format: Sendable, Hashable {
        /// In the header `b3`.
        case singleHeader
        /// In `x-b3-traceid`, `x-b3-spanid` and, for the decision, `x-b3-sampled` or `x-b3-flags`.
        case multipleHeaders
    }

    enum Name {
        static var single: String { "b3" }
        static var traceID: String { "x-b3-traceid" }
        static var spanID: String { "x-b3-spanid" }
        static var sampled: String { "x-b3-sampled" }
        static var flags: String { "x-b3-flags" }
    }

    private let format: Format

    /// A propagator that reads both formats and writes `format`.
    public init(_ format: Format = .singleHeader) {
        self.format = format
    }

    /// The headers of the format that is written.
    public var fields: [String] {
        switch self.format {
        case .singleHeader: [Name.single]
        case .multipleHeaders: [Name.traceID, Name.spanID, Name.sampled, Name.flags]
        }
    }

    /// Sets nothing when there is no current span.
    public func inject(_ context: OTelContext, into set: (_ name: String, _ value: String) -> Void) {
        let span = context.span
        guard span.isValid else { return }
        let isDebugged = context.isDebugged
        let isSampled = OTelTraceFlags(rawValue: UInt8(truncatingIfNeeded: span.meta)).contains(.sampled)
        switch self.format {
        case .singleHeader:
            set(Name.single, "\(span.traceID)-\(span.spanID)-\(isDebugged ? "d" : isSampled ? "1" : "0")")
        case .multipleHeaders:
            set(Name.traceID, span.traceID.description)
            set(Name.spanID, span.spanID.description)
            // Debug implies a decision: the two are not sent together.
            if isDebugged { set(Name.flags, "1") } else { set(Name.sampled, isSampled ? "1" : "0") }
        }
    }

    /// Makes the caller's span the current one of `context`, as a remote span that records nothing here.
    ///
    /// A header `b3` that is not valid is passed over for the others.
    public func extract(from carrier: some OTelTextMapGetter, in context: OTelContext) -> OTelContext {
        switch carrier.get(Name.single).map(SingleB3.init) {
        case .parent(let parent): parent.added(to: context)
        case .decision: context
        case .invalid, nil: Self.multiple(carrier)?.added(to: context) ?? context
        }
    }

    private static func multiple(_ carrier: some OTelTextMapGetter) -> RemoteParent? {
        guard let traceID = carrier.get(Name.traceID)?.withHeaderBytes({ $0.value.b3TraceID() }),
            let spanID = carrier.get(Name.spanID)?.withHeaderBytes({ $0.value.b3SpanID() }),
            let isSampled = self.decision(carrier.get(Name.sampled))
        else { return nil }
        let isDebugged = carrier.get(Name.flags)?.withHeaderBytes { $0.value.text == "1" } ?? false
        return RemoteParent(traceID: traceID, spanID: spanID, isSampled: isSampled, isDebug: isDebugged)
    }

    /// Nil when the value is not valid; false when there is none.
    private static func decision(_ value: String?) -> Bool? {
        switch value?.withHeaderBytes({ $0.value.count <= 5 ? $0.value.text.lowercased() : "?" }) {
        case "1", "true": true
        case "0", "false", nil: false
        default: nil
        }
    }
}
