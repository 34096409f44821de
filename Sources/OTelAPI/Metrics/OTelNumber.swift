/// What an instrument measures in: `Int` or `Double`.
///
/// Nothing else can be recorded; the set is closed because OTLP has these two.
public protocol OTelNumber: Sendable {}

extension Int: OTelNumber {}
extension Double: OTelNumber {}
