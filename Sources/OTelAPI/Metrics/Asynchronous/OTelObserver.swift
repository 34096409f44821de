/// Observes the values of the moment for one asynchronous instrument.
///
/// Runs once for each collection of a reader, on a thread made for that, and for several readers perhaps at the same time;
/// the observer is for that thread only. It should be quick and observe each set of attributes once (the last
/// observation counts). What it throws is reported and ends this callback's observations for the collection.
public typealias OTelObservableCallback<Value: OTelNumber> =
    @Sendable (borrowing OTelObserver<Value>) throws -> Void

/// What a callback reports its observations to; it cannot be kept beyond the callback.
public struct OTelObserver<Value: OTelNumber>: ~Copyable {
    private let receiver: OTelObservationReceiver

    init(_ receiver: OTelObservationReceiver) {
        self.receiver = receiver
    }

    /// Reports the present value (of counters: the present total) of a set of attributes.
    public borrowing func observe(_ value: Value, _ attributes: OTelAttributes = [:]) {
        value.observe(to: self.receiver, attributes)
    }
}

/// What an SDK implements to take observations.
///
/// Applications never see it.
open class OTelObservationReceiver {
    /// For subclasses.
    public init() {}

    /// An observation of an integer instrument.
    open func observe(_ value: Int, _ attributes: OTelAttributes) {}
    /// An observation of a floating-point instrument.
    open func observe(_ value: Double, _ attributes: OTelAttributes) {}
}
