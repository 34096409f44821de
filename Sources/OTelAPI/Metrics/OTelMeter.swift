/// Creates the instruments of one instrumentation scope.
public final class OTelMeter: Sendable {
    /// Whom the measurements come from.
    public let scope: OTelScope

    package init(_ scope: OTelScope, _ backend: OTelMeterBackend? = nil) {
        self.scope = scope
    }

    package func bind(_ backend: OTelMeterBackend) {}
}
