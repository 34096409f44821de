/// What all asynchronous instruments are inside: identity and callbacks.
final class ObservableCore<Value: OTelNumber>: MeterBinding {
    private let descriptor: OTelInstrumentDescriptor
    private let callbacks = OTelObservableCallbacks()

    init(_ descriptor: OTelInstrumentDescriptor) {
        self.descriptor = descriptor
    }

    func bind(_ meter: OTelMeterBackend) {
        meter.observe(self.descriptor, self.callbacks)
    }

    func register(_ callback: @escaping OTelObservableCallback<Value>) -> OTelCallbackRegistration {
        self.callbacks.add { receiver in try callback(OTelObserver<Value>(receiver)) }
    }
}

/// The way from a handle to what is inside.
protocol ObservableHandle: OTelObservableInstrument {
    var core: ObservableCore<Value> { get }
}
