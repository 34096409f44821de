/// Carries the current span in the headers of OpenTracing's basic tracers, and the baggage beside it.
///
/// The headers are `ot-tracer-traceid`, of which only the last 64 bits are sent, `ot-tracer-spanid`,
/// `ot-tracer-sampled`, and one that begins with `ot-baggage-` for each entry. Baggage goes and comes only with a span;
/// at most 64 entries and 8192 bytes of it are read or written, its metadata and values that are no header's are not
/// carried. The specification deprecates the format: use it to talk to what speaks no other. Behaves as
/// [opentelemetry-java's](https://github.com/open-telemetry/opentelemetry-java/tree/main/extensions/trace-propagators).
public struct OTelOTTracePropagator: OTelTextMapPropagator {
    private static var traceName: String { "ot-tracer-traceid" }
    private static var spanName: String { "ot-tracer-spanid" }
    private static var sampledName: String { "ot-tracer-sampled" }
    private static var baggagePrefix: String { "ot-baggage-" }

    /// All are alike: there is nothing to configure.
    public init() {}

    /// The three headers of a span; those of baggage depend on what its entries are called.
    public var fields: [String] { [Self.traceName, Self.spanName, Self.sampledName] }

    /// Sets nothing when there is no current span.
    public func inject(_ context: OTelContext, into set: (_ name: String, _ value: String) -> Void) {
        let span = context.span
        guard span.isValid else { return }
        let isSampled = OTelTraceFlags(rawValue: UInt8(truncatingIfNeeded: span.meta)).contains(.sampled)
        set(Self.traceName, Hex.text(span.traceID.low))
        set(Self.spanName, span.spanID.description)
        set(Self.sampledName, isSampled ? "true" : "false")
        let plain = { (value: String) in value.areAll(.headerValue) ? value : nil }
        BaggageHeaders.inject(context.baggage, prefix: Self.baggagePrefix, plain, into: set)
    }

    /// Makes the caller's span the current one of `context`, and the caller's baggage its baggage.
    public func extract(from carrier: some OTelTextMapGetter, in context: OTelContext) -> OTelContext {
        guard let parent = Self.parent(carrier) else { return context }
        return BaggageHeaders(Self.baggagePrefix, in: carrier) { $0 }.added(to: parent.added(to: context))
    }

    private static func parent(_ carrier: some OTelTextMapGetter) -> RemoteParent? {
        guard let traceID = carrier.get(self.traceName)?.withHeaderBytes({ $0.value.traceID() }),
            let spanID = carrier.get(self.spanName)?.withHeaderBytes({ $0.value.spanID() })
        else { return nil }
        let sampled = carrier.get(self.sampledName)?.withHeaderBytes {
            $0.value.count <= 4 ? $0.value.text.lowercased() : ""
        }
        return RemoteParent(traceID: traceID, spanID: spanID, isSampled: sampled == "true" || sampled == "1")
    }
}
