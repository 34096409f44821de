import OTelAPI
import OTelWire

/// The tracers of one telemetry, one a scope, and what its configurator decides of them.
///
/// The configurator is the application's code: it is asked without the lock, about tracers that are in the table
/// already, so that it may take tracers itself. Its answer counts only if it is still the configurator then. Who takes
/// a tracer at the very moment when it is asked about may record until the answer is there.
final class TracerTable: Sendable {
    private struct State {
        var backends: [UInt32: SDKTracerBackend] = [:]
        var configurator: TracerConfigurator
        var version = 0
        var isClosed = false
    }

    private let state: SpinLocked<State>

    init(_ configurator: TracerConfigurator) {
        self.state = SpinLocked(State(configurator: configurator))
    }

    /// The backend of a scope, by its number.
    func backend(_ number: UInt32, _ scope: OTelScope, _ make: () -> SDKTracerBackend) -> SDKTracerBackend {
        if let known = self.state.withLock({ $0.backends[number] }) { return known }
        let made = make()
        let kept = self.state.withLock { state in
            if let known = state.backends[number] { return known }
            if state.isClosed { made.gate.close() }
            state.backends[number] = made
            return made
        }
        if kept === made { self.configure(made, scope) }
        return kept
    }

    /// Replaces the configurator and asks it about every tracer.
    func setConfigurator(_ configurator: TracerConfigurator, scope: (UInt32) -> OTelScope) {
        let backends = self.state.withLock { state in
            state.configurator = configurator
            state.version += 1
            return state.backends
        }
        for (number, backend) in backends { self.configure(backend, scope(number)) }
    }

    /// Asks until the answer is that of the present configurator.
    private func configure(_ backend: SDKTracerBackend, _ scope: OTelScope) {
        while true {
            let (configurator, version) = self.state.withLock { ($0.configurator, $0.version) }
            let config = configurator.config(of: scope)
            let isCurrent = self.state.withLock { state in
                if state.version == version { backend.gate.enable(config.isEnabled) }
                return state.version == version
            }
            if isCurrent { return }
        }
    }

    /// From now on no tracer records.
    func close() {
        self.state.withLock { state in
            state.isClosed = true
            for backend in state.backends.values { backend.gate.close() }
        }
    }

    func resetAfterFork() {
        self.state.resetAfterFork()
    }
}
