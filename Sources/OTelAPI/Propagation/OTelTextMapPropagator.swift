/// Carries a part of the context across processes, as text values with a name each.
///
/// Conforming types hold no state of a request and may be called by any thread at any time. Follows
/// [the TextMap propagator](https://opentelemetry.io/docs/specs/otel/context/api-propagators/#textmap-propagator).
public protocol OTelTextMapPropagator: Sendable {
    /// The names that `inject` may set. Whoever uses a carrier again removes these first.
    var fields: [String] { get }

    /// Calls `set` for each value that tells `context`; not at all when there is nothing to tell.
    ///
    /// Names and values are valid in HTTP headers; names are in lower case, but for those that the application chose
    /// itself. `set` replaces what the name had.
    func inject(_ context: OTelContext, into set: (_ name: String, _ value: String) -> Void)

    /// `context` with what the carrier tells.
    ///
    /// What is missing or can't be read changes nothing: the values of `context` stay. Never an error.
    func extract(from carrier: some OTelTextMapGetter, in context: OTelContext) -> OTelContext
}
