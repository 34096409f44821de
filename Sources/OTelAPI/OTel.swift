/// The entry point: handles for libraries and applications, and the current context's propagation.
///
/// Handles may be taken at any time, before an SDK is started too, and kept in `static let`s.
public enum OTel {
    /// The tracer of a scope.
    ///
    /// The same arguments give the same tracer.
    public static func tracer(
        _ name: String,
        version: String? = nil,
        schemaURL: String? = nil,
        attributes: OTelAttributes = [:]
    ) -> OTelTracer {
        HandleRegistry.shared.tracer(
            OTelScope(name, version: version, schemaURL: schemaURL, attributes: attributes)
        )
    }

    /// The meter of a scope.
    ///
    /// The same arguments give the same meter.
    public static func meter(
        _ name: String,
        version: String? = nil,
        schemaURL: String? = nil,
        attributes: OTelAttributes = [:]
    ) -> OTelMeter {
        HandleRegistry.shared.meter(
            OTelScope(name, version: version, schemaURL: schemaURL, attributes: attributes)
        )
    }

    /// The logger of a scope.
    ///
    /// The same arguments give the same logger.
    public static func logger(
        _ name: String,
        version: String? = nil,
        schemaURL: String? = nil,
        attributes: OTelAttributes = [:]
    ) -> OTelLogger {
        HandleRegistry.shared.logger(
            OTelScope(name, version: version, schemaURL: schemaURL, attributes: attributes)
        )
    }
}
