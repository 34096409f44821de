/// The role of a span among its peers.
///
/// Raw values are those of OTLP.
@frozen public enum OTelSpanKind: UInt8, Sendable, Hashable, CaseIterable {
    /// An operation inside the application; the default.
    case `internal` = 1
    /// Handles a synchronous request of a remote client.
    case server = 2
    /// A request to a remote service.
    case client = 3
    /// Hands a message to a broker.
    case producer = 4
    /// Processes a message of a producer.
    case consumer = 5
}
