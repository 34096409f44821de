/// Carries the current span in Jaeger's header `uber-trace-id`, and the baggage in headers that begin with `uberctx-`.
///
/// Reads ids without leading zeros, a header that is percent-encoded as a whole, and baggage from `jaeger-baggage` too.
/// A caller's debug flag makes its span a sampled one, stays in the context and is sent on. At most 64 entries and 8192
/// bytes of baggage are read or written; its values are percent-encoded, its metadata is not carried. The specification
/// deprecates the format: use it to talk to what speaks no other. Behaves as
/// [opentelemetry-java's](https://github.com/open-telemetry/opentelemetry-java/tree/main/extensions/trace-propagators).
public struct OTelJaegerPropagator: OTelTextMapPropagator {
    private static var spanName: String { "uber-trace-id" }
    private static var baggagePrefix: String { "uberctx-" }
    private static var baggageName: String { "jaeger-baggage" }

    /// All are alike: there is nothing to configure.
    public init() {}

    /// `uber-trace-id`; headers of baggage depend on what its entries are called.
    public var fields: [String] { [Self.spanName] }

    /// Sets headers for the current span and for baggage, each when there is any.
    public func inject(_ context: OTelContext, into set: (_ name: String, _ value: String) -> Void) {
        let span = context.span
        if span.isValid {
            let isSampled = OTelTraceFlags(rawValue: UInt8(truncatingIfNeeded: span.meta)).contains(.sampled)
            set(Self.spanName, "\(span.traceID):\(span.spanID):0:\(context.isDebugged ? 3 : isSampled ? 1 : 0)")
        }
        BaggageHeaders.inject(context.baggage, prefix: Self.baggagePrefix, { $0.percentEncoded }, into: set)
    }

    /// Makes the caller's span the current one of `context`, and the caller's baggage its baggage.
    ///
    /// Each on its own: one that is missing or can't be read leaves the other, and what `context` has of it.
    public func extract(from carrier: some OTelTextMapGetter, in context: OTelContext) -> OTelContext {
        let parent = carrier.get(Self.spanName).flatMap(Self.parent)
        return Self.baggage(carrier).added(to: parent?.added(to: context) ?? context)
    }

    /// Reads `traceID:spanID:parentID:flags`.
    private static func parent(_ header: String) -> RemoteParent? {
        if header.utf8.count > HeaderList.maximumBytes { return nil }
        if header.utf8.contains(UInt8(ascii: ":")) { return header.withHeaderBytes { self.parse($0.value) } }
        return header.percentDecoded.withHeaderBytes { self.parse($0.value) }
    }

    private static func parse(_ value: HeaderBytes) -> RemoteParent? {
        // What stands for the parent's id is obsolete and means nothing.
        guard let parts = value.parts(separatedBy: ":", maximum: 4), parts.count == 4,
            let traceID = parts[0].traceID(), let spanID = parts[1].spanID(), let flags = parts[3].hexNumber(upTo: 2)
        else { return nil }
        return RemoteParent(
            traceID: traceID,
            spanID: spanID,
            isSampled: flags.low & 1 != 0,
            isDebug: flags.low & 2 != 0
        )
    }

    private static func baggage(_ carrier: some OTelTextMapGetter) -> BaggageHeaders {
        var headers = BaggageHeaders(self.baggagePrefix, in: carrier, \.percentDecoded)
        guard let list = carrier.list(self.baggageName).value else { return headers }
        list.withHeaderBytes { bytes in
            for range in HeaderList(bytes) where !headers.isFull {
                let member = bytes[range]
                let equals = member.first(UInt8(ascii: "="), from: 0)
                guard equals < member.count else { continue }
                let value = member[equals + 1..<member.count].trimmed
                headers.add(member[0..<equals].trimmed.text, value.text, \.percentDecoded)
            }
        }
        return headers
    }
}
