import OTelWire

/// Something of a meter that follows it from SDK to SDK.
protocol MeterBinding: AnyObject, Sendable {
    func bind(_ meter: OTelMeterBackend)
}

/// What all synchronous instruments are inside: identity, the way to the SDK, and the bound forms given out.
@usableFromInline
final class InstrumentCore: MeterBinding {
    @usableFromInline let cell = BackendCell<OTelInstrumentBackend>()
    private let descriptor: OTelInstrumentDescriptor
    private let state = ForkSafeMutex(State())

    private struct State {
        var backend: OTelInstrumentBackend?
        var bound: [WeakBound] = []
        var sweepAt = 16
    }

    private struct WeakBound {
        weak var core: BoundCore?
    }

    init(_ descriptor: OTelInstrumentDescriptor) {
        self.descriptor = descriptor
    }

    func bind(_ meter: OTelMeterBackend) {
        guard let backend = meter.instrument(self.descriptor) else { return }
        self.state.withLock { state in
            state.backend = backend
            self.cell.bind(backend)
            for bound in state.bound { bound.core?.bind(backend) }
        }
    }

    var isEnabled: Bool {
        self.cell.backend?._withUnsafeGuaranteedRef { $0.isEnabled } ?? false
    }

    /// A bound form that reaches the SDK of the moment and those to come, for as long as somebody keeps it.
    func bound(_ attributes: OTelAttributes) -> BoundCore {
        let core = BoundCore(attributes)
        self.state.withLock { state in
            if state.bound.count >= state.sweepAt {
                state.bound.removeAll { $0.core == nil }
                state.sweepAt = max(16, state.bound.count * 2)
            }
            state.bound.append(WeakBound(core: core))
            if let backend = state.backend { core.bind(backend) }
        }
        return core
    }
}
