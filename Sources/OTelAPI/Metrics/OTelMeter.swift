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
        /// Second opinions on the boundaries of known histograms, which an SDK warns about.
        var advice: [OTelInstrumentDescriptor] = []
    }

    private struct Entry {
        var handle: any AnyObject & Sendable
        var binding: any MeterBinding
        var descriptor: OTelInstrumentDescriptor
    }

    package init(_ scope: OTelScope, _ backend: OTelMeterBackend? = nil) {
        self.scope = scope
        self.state = ForkSafeMutex(State(backend: backend))
    }

    package func bind(_ backend: OTelMeterBackend) {
        self.state.withLock { state in
            state.backend = backend
            for entry in state.entries { entry.binding.bind(backend) }
            for descriptor in state.advice { _ = backend.instrument(descriptor) }
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
