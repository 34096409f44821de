/// The library or module that telemetry comes from: the specification's instrumentation scope.
///
/// The whole tuple identifies a tracer, meter or logger and is exported with its telemetry.
public struct OTelScope: Sendable, Hashable {
    /// The library's name.
    public var name: String
    /// The library's version.
    public var version: String?
    /// The schema that names and values follow.
    public var schemaURL: String?
    /// What else tells this scope from others.
    public var attributes: OTelAttributes

    /// A scope from its parts.
    public init(
        _ name: String,
        version: String? = nil,
        schemaURL: String? = nil,
        attributes: OTelAttributes = [:]
    ) {
        self.name = name
        self.version = version
        self.schemaURL = schemaURL
        self.attributes = attributes
    }
}
