/// What an SDK implements behind every `OTelMeter` of one instrumentation scope.
///
/// Applications never see it.
///
/// Any thread may call. The meter holds a lock of its own during all calls but `didCreateInstruments`: an implementation
/// calls neither user code nor the meter in them.
open class OTelMeterBackend: @unchecked Sendable {
    // Safety: without state of its own; subclasses keep theirs immutable or locked.
    /// A backend that does nothing.
    public init() {}

    /// What measurements of a synchronous instrument go to; nil when nobody wants them.
    open func instrument(_ descriptor: OTelInstrumentDescriptor) -> OTelInstrumentBackend? { nil }

    /// Takes note of an asynchronous instrument, whose callbacks are to run once a collection and reader.
    open func observe(_ descriptor: OTelInstrumentDescriptor, _ callbacks: OTelObservableCallbacks) {}

    /// Takes note of a callback for several asynchronous instruments, each of which `observe(_:_:)` made known.
    open func observe(_ callback: OTelMultiCallback) {}

    /// A meter has begun to use this backend: whose `rebind` asks for everything again.
    ///
    /// Not to be kept alive by the backend.
    open func didBind(_ meter: OTelMeter) {}

    /// Instruments were created; no lock is held, so this is the moment to report what is wrong with them.
    open func didCreateInstruments() {}
}
