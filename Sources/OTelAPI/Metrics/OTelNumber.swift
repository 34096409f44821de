/// What an instrument measures in: `Int` or `Double`.
///
/// Nothing else can be recorded; the set is closed because OTLP has these two.
public protocol OTelNumber: Sendable {
    /// Whether values are 64-bit integers.
    static var isInteger: Bool { get }
    /// Hands the value to what collects observations.
    func observe(in receiver: OTelObservationReceiver, _ attributes: OTelAttributes)
}

extension Int: OTelNumber {
    /// True.
    public static var isInteger: Bool { true }

    /// Hands the value to what collects observations.
    public func observe(in receiver: OTelObservationReceiver, _ attributes: OTelAttributes) {
        receiver.observe(self, attributes)
    }
}

extension Double: OTelNumber {
    /// False.
    public static var isInteger: Bool { false }

    /// Hands the value to what collects observations.
    public func observe(in receiver: OTelObservationReceiver, _ attributes: OTelAttributes) {
        receiver.observe(self, attributes)
    }
}
