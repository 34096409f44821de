/// What an SDK implements behind every `OTelMeter` of one instrumentation scope.
///
/// Applications never see it.
///
/// Any thread may call. The meter holds a lock of its own during the first two calls: an implementation calls no user
/// code in them.
open class OTelMeterBackend: @unchecked Sendable {
    // Safety: without state of its own; subclasses keep theirs immutable or locked.
    /// A backend that does nothing.
    public init() {}

    /// What measurements of a synchronous instrument go to; nil when nobody wants them.
    open func instrument(_ descriptor: OTelInstrumentDescriptor) -> OTelInstrumentBackend? { nil }

    /// Takes note of an asynchronous instrument, whose callbacks are to run once a collection and reader.
    open func observe(_ descriptor: OTelInstrumentDescriptor, _ callbacks: OTelObservableCallbacks) {}

    /// Instruments were created; no lock is held, so this is the moment to report what is wrong with them.
    open func didCreateInstruments() {}
}
