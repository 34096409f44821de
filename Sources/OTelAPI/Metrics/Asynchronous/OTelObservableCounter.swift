/// Observes an ever-growing total; callbacks report the total itself, not increments.
///
/// Works before an SDK is installed: its callbacks run once for each collection of each reader of the SDK that comes.
public final class OTelObservableCounter<Value: OTelNumber>: OTelObservableInstrument, ObservableHandle {
    let core: ObservableCore<Value>

    init(_ core: ObservableCore<Value>) {
        self.core = core
    }

    /// Adds a callback, which runs until the registration is removed.
    @discardableResult
    public func register(_ callback: @escaping OTelObservableCallback<Value>) -> OTelCallbackRegistration {
        self.core.register(callback)
    }
}
