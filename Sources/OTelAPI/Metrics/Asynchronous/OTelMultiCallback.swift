import OTelWire

/// Observes the values of the moment for several asynchronous instruments at once.
///
/// As for `OTelObservableCallback`: runs once for each collection of each reader, perhaps at the same time for several.
public typealias OTelMultiObservableCallback = @Sendable (borrowing OTelMultiObserver) throws -> Void

/// What a callback for several instruments reports to; it cannot be kept beyond the callback.
public struct OTelMultiObserver: ~Copyable {
    fileprivate let receivers: [ObjectIdentifier: OTelObservationReceiver]

    /// Reports the present value (of counters: the present total) of a set of attributes.
    ///
    /// An instrument that the callback was not registered for is ignored.
    public borrowing func observe<Instrument: OTelObservableInstrument>(
        _ instrument: Instrument,
        _ value: Instrument.Value,
        _ attributes: OTelAttributes = [:]
    ) {
        guard let receiver = self.receivers[ObjectIdentifier(instrument)] else { return }
        value.observe(to: receiver, attributes)
    }
}

/// A callback for several instruments of one meter.
///
/// SDKs run it; applications never see it.
public final class OTelMultiCallback: Sendable {
    /// The instruments that it observes.
    public let instruments: [OTelInstrumentDescriptor]
    /// How many instruments it was registered for that are another meter's and can't be observed.
    public let foreignCount: Int
    /// In the order of `instruments`; kept alive, so that an address stands for one of them only.
    private let handles: [any OTelObservableInstrument]
    private let callback = ForkSafeMutex<OTelMultiObservableCallback?>(nil)

    init(
        _ instruments: [(handle: any OTelObservableInstrument, descriptor: OTelInstrumentDescriptor)],
        foreignCount: Int,
        _ callback: @escaping OTelMultiObservableCallback
    ) {
        self.instruments = instruments.map(\.descriptor)
        self.handles = instruments.map(\.handle)
        self.foreignCount = foreignCount
        self.callback.withLock { $0 = callback }
    }

    /// Whether the application has ended it.
    public var isRemoved: Bool { self.callback.withLock { $0 == nil } }

    /// Runs it once, if the application has not ended it.
    ///
    /// - Parameters:
    ///   - receivers: one for each of `instruments`, in that order; nil for one that nobody wants.
    ///   - failed: takes what the callback throws.
    public func run(_ receivers: [OTelObservationReceiver?], failed: (any Error) -> Void) {
        guard let callback = self.callback.withLock({ $0 }) else { return }
        var places: [ObjectIdentifier: OTelObservationReceiver] = [:]
        for (handle, receiver) in zip(self.handles, receivers) { places[ObjectIdentifier(handle)] = receiver }
        do { try callback(OTelMultiObserver(receivers: places)) } catch { failed(error) }
    }

    func remove() {
        let removed = self.callback.withLock { callback in
            defer { callback = nil }
            return callback
        }
        // What the callback captured is released here, outside the lock.
        withExtendedLifetime(removed) {}
    }
}
