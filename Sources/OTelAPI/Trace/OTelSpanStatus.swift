/// The outcome of a span.
///
/// `ok` is final; `error` gives way only to `ok`; setting `unset` changes nothing.
public enum OTelSpanStatus: Sendable, Hashable {
    /// No outcome was set.
    case unset
    /// The application or its operator says that the operation succeeded.
    case ok
    /// The operation failed, with a description for people (empty for none).
    case error(String)

    /// A failure without a description.
    public static var error: OTelSpanStatus { .error("") }
}
