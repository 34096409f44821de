/// Reads a carrier, such as the headers of a request, for propagators.
///
/// Dictionaries, sequences of pairs and closures need no conformance: `OTel.extract` takes them as they are. Follows
/// [the Getter of the specification](https://opentelemetry.io/docs/specs/otel/context/api-propagators/#getter-argument).
public protocol OTelTextMapGetter {
    /// The names that the carrier has values for.
    var keys: [String] { get }

    /// Calls `body` with each value of `name`, in the carrier's order.
    ///
    /// For HTTP, names are the same in any case: `traceparent` finds `TraceParent`.
    func forEachValue(of name: String, _ body: (String) -> Void)
}

extension OTelTextMapGetter {
    /// The first value of `name`; nil when there is none.
    public func get(_ name: String) -> String? {
        var first: String?
        self.forEachValue(of: name) { value in
            if first == nil { first = value }
        }
        return first
    }

    /// All values of `name`, in the carrier's order.
    public func getAll(_ name: String) -> [String] {
        var values: [String] = []
        self.forEachValue(of: name) { values.append($0) }
        return values
    }
}
