import COTelRuntime
import OTelWire

/// Creates the instruments of one instrumentation scope.
///
/// A meter may be taken at any time and kept for good, and so may its instruments: without an SDK they do nothing, when
/// one is installed they bind to it, and they outlive shutdown and a new start. Asking twice for the same instrument
/// (name, kind, unit, description and type of number) gives the same handle. Any thread or task may call.
///
/// A meter remembers up to 4096 instruments. Beyond that, names are being made up at run time: such an instrument is
/// bound to the SDK of the moment and to no later one.
public final class OTelMeter: Sendable {
    /// Whom the measurements come from.
    public let scope: OTelScope
    private let state: ForkSafeMutex<State>
    private static let capacity = 4096
    private static let advisoryCapacity = 64

    private struct State {
        var backend: OTelMeterBackend?
        /// In the order of their creation, in which they are exported too.
        var entries: [Entry] = []
        var places: [OTelInstrumentDescriptor: Int] = [:]
        /// Second opinions on what is advised for known instruments, which an SDK warns about.
        var advice: [OTelInstrumentDescriptor] = []
        /// Those for several instruments, without the ones that were ended.
        var callbacks: [OTelMultiCallback] = []
    }

    private struct Entry {
        var handle: any AnyObject & Sendable
        var binding: any MeterBinding
        var descriptor: OTelInstrumentDescriptor
    }

    package init(_ scope: OTelScope, _ backend: OTelMeterBackend? = nil) {
        self.scope = scope
        cotel_attribute_seed_prepare()
        self.state = ForkSafeMutex(State(backend: backend))
        backend?.didBind(self)
    }

    package func bind(_ backend: OTelMeterBackend) {
        self.state.withLock { state in
            state.backend = backend
            backend.didBind(self)
            Self.bindAll(state, backend)
        }
    }

    /// Asks the backend for everything again, if it is still the one in use: it has changed its mind.
    package func rebind(_ backend: OTelMeterBackend) {
        self.state.withLock { state in
            if state.backend === backend { Self.bindAll(state, backend) }
        }
    }

    private static func bindAll(_ state: State, _ backend: OTelMeterBackend) {
        for entry in state.entries { entry.binding.bind(backend) }
        for descriptor in state.advice { _ = backend.instrument(descriptor) }
        for callback in state.callbacks { backend.observe(callback) }
    }

    /// Registers a callback that observes several asynchronous instruments of this meter, such as those that one look
    /// at the system gives the values of.
    ///
    /// It runs until the registration is removed, once for each collection of each reader that wants at least one of the
    /// instruments. Instruments of other meters are left out, and an SDK warns of them.
    @discardableResult
    public func registerCallback(
        for instruments: [any OTelObservableInstrument],
        _ callback: @escaping OTelMultiObservableCallback
    ) -> OTelCallbackRegistration {
        let backend: OTelMeterBackend?
        let made: OTelMultiCallback
        (made, backend) = self.state.withLock { state in
            let known = instruments.compactMap { instrument in
                state.entries.first { $0.handle === instrument }.map { (instrument, $0.descriptor) }
            }
            let made = OTelMultiCallback(known, foreignCount: instruments.count - known.count, callback)
            state.callbacks.append(made)
            state.backend?.observe(made)
            return (made, state.backend)
        }
        backend?.didCreateInstruments()
        return OTelCallbackRegistration {
            made.remove()
            self.state.withLock { $0.callbacks.removeAll { $0 === made } }
        }
    }

    /// The handle of an instrument, made by `make` the first time.
    func handle<Handle: AnyObject & Sendable, Binding: MeterBinding>(
        _ descriptor: OTelInstrumentDescriptor,
        _ make: (OTelInstrumentDescriptor) -> (Handle, Binding)
    ) -> Handle {
        let (handle, backend) = self.state.withLock { state in
            (Self.handle(descriptor, &state, make), state.backend)
        }
        backend?.didCreateInstruments()
        return handle
    }

    private static func handle<Handle: AnyObject & Sendable, Binding: MeterBinding>(
        _ descriptor: OTelInstrumentDescriptor,
        _ state: inout State,
        _ make: (OTelInstrumentDescriptor) -> (Handle, Binding)
    ) -> Handle {
        let identity = descriptor.identity
        if let known = state.places[identity].map({ state.entries[$0] }), let handle = known.handle as? Handle {
            if known.descriptor != descriptor { self.note(descriptor, &state) }
            return handle
        }
        let (handle, binding) = make(descriptor)
        if let backend = state.backend { binding.bind(backend) }
        if state.entries.count < self.capacity {
            state.places[identity] = state.entries.count
            state.entries.append(Entry(handle: handle, binding: binding, descriptor: descriptor))
        }
        return handle
    }

    private static func note(_ descriptor: OTelInstrumentDescriptor, _ state: inout State) {
        guard !state.advice.contains(descriptor), state.advice.count < self.advisoryCapacity else { return }
        state.advice.append(descriptor)
        _ = state.backend?.instrument(descriptor)
    }
}
