/// Writes to a carrier, such as the headers of a request, for propagators.
///
/// Dictionaries, arrays of pairs and closures need no conformance: `OTel.inject` takes them as they are. Follows
/// [the Setter of the specification](https://opentelemetry.io/docs/specs/otel/context/api-propagators/#setter-argument).
public protocol OTelTextMapSetter {
    /// Replaces what the carrier has for `name`.
    ///
    /// For HTTP, names are the same in any case: `traceparent` replaces `TraceParent`.
    mutating func set(_ name: String, _ value: String)
}

extension OTel {
    /// Tells about the current context in a carrier of the caller's own.
    public static func inject(into carrier: inout some OTelTextMapSetter) {
        self.inject { carrier.set($0, $1) }
    }

    /// Tells about `context` in a carrier of the caller's own.
    public static func inject(_ context: OTelContext, into carrier: inout some OTelTextMapSetter) {
        self.inject(context) { carrier.set($0, $1) }
    }
}
