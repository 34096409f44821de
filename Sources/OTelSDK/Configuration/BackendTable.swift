import OTelAPI
import OTelWire

/// The backend of a tracer or meter.
protocol ConfigurableBackend: AnyObject, Sendable {
    associatedtype Config: ScopeConfig
    /// Does as the configurator has decided. Calls don't overlap; no user code is called.
    func configure(_ config: Config)
    /// Records nothing from now on.
    func close()
}

/// The tracers or meters of one telemetry, one a scope, and what its configurator decides of them.
///
/// The configurator is the application's code: it is asked without the lock, about backends that are in the table
/// already, so that it may take handles itself. Its answer counts only if it is still the configurator then. Who takes a
/// handle at the very moment when it is asked about may record until the answer is there.
final class BackendTable<Backend: ConfigurableBackend>: Sendable {
    private struct State {
        var backends: [UInt32: Backend] = [:]
        var configurator: ScopeConfigurator<Backend.Config>
        var version = 0
        var isClosed = false
    }

    private let state: ForkSafeMutex<State>

    init(_ configurator: ScopeConfigurator<Backend.Config>) {
        self.state = ForkSafeMutex(State(configurator: configurator))
    }

    /// The backend of a scope, by its number.
    func backend(_ number: UInt32, _ scope: OTelScope, _ make: () -> Backend) -> Backend {
        if let known = self.state.withLock({ $0.backends[number] }) { return known }
        let made = make()
        let kept = self.state.withLock { state in
            if let known = state.backends[number] { return known }
            state.backends[number] = made
            return made
        }
        guard kept === made else { return kept }
        if self.state.withLock({ $0.isClosed }) { made.close() }
        self.configure(made, scope)
        return kept
    }

    /// In the order in which the scopes were first used.
    var backends: [Backend] {
        self.state.withLock { $0.backends }.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Replaces the configurator and asks it about every backend.
    func setConfigurator(_ configurator: ScopeConfigurator<Backend.Config>, scope: (UInt32) -> OTelScope) {
        let backends = self.state.withLock { state in
            state.configurator = configurator
            state.version += 1
            return state.backends
        }
        for (number, backend) in backends { self.configure(backend, scope(number)) }
    }

    /// Asks until the answer is that of the present configurator.
    private func configure(_ backend: Backend, _ scope: OTelScope) {
        while true {
            let (configurator, version) = self.state.withLock { ($0.configurator, $0.version) }
            let config = configurator.config(of: scope)
            let isCurrent = self.state.withLock { state in
                if state.version == version { backend.configure(config) }
                return state.version == version
            }
            if isCurrent { return }
        }
    }

    /// From now on nothing is recorded.
    func close() {
        let backends = self.state.withLock { state in
            state.isClosed = true
            return state.backends
        }
        for backend in backends.values { backend.close() }
    }
}
