/// Several propagators as one, in their order: later ones see, and may replace, what earlier ones extracted.
public struct OTelCompositePropagator: OTelTextMapPropagator {
    let propagators: [any OTelTextMapPropagator]

    /// The names that any of the propagators may set, each once.
    public let fields: [String]

    /// No propagators is allowed: then nothing is carried.
    public init(_ propagators: [any OTelTextMapPropagator]) {
        var fields: [String] = []
        for field in propagators.flatMap(\.fields) where !fields.contains(field) {
            fields.append(field)
        }
        self.propagators = propagators
        self.fields = fields
    }

    /// Calls `set` for what each propagator tells; of two that set the same name the later wins.
    public func inject(_ context: OTelContext, into set: (_ name: String, _ value: String) -> Void) {
        for propagator in self.propagators {
            propagator.inject(context) { name, value in set(name, value) }
        }
    }

    /// Hands what one propagator returns to the next.
    public func extract(from carrier: some OTelTextMapGetter, in context: OTelContext) -> OTelContext {
        self.propagators.reduce(context) { $1.extract(from: carrier, in: $0) }
    }
}
