/// Name-value pairs that travel with a request across services.
public struct OTelBaggage: Sendable, Hashable {
    public init() {}
}
