import OTelWire

/// What an SDK gives the handles of each scope.
///
/// Implemented by SDKs; applications never see it.
public protocol OTelBackendProvider: AnyObject, Sendable {
    /// The backend of a tracer; one a scope.
    func tracerBackend(_ scope: OTelScope) -> OTelTracerBackend
    /// The backend of a meter; one a scope.
    func meterBackend(_ scope: OTelScope) -> OTelMeterBackend
    /// The backend of a logger; one a scope.
    func loggerBackend(_ scope: OTelScope) -> OTelLoggerBackend
}

/// The handles given out by `OTel`, so that an SDK which starts later reaches them all.
///
/// Remembers up to 4096 handles a signal. Beyond that, scopes are being made up at run time: such a handle is bound to
/// the SDK of the moment and to no later one. SDKs are asked without the lock: they may ask the application.
package final class HandleRegistry: Sendable {
    package static let shared = HandleRegistry()
    private static let capacity = 4096

    private struct State {
        var provider: (any OTelBackendProvider)?
        var tracers: [OTelScope: OTelTracer] = [:]
        var meters: [OTelScope: OTelMeter] = [:]
        var loggers: [OTelScope: OTelLogger] = [:]
    }

    private let state = SpinLocked(State())

    /// Binds every handle, those given out already and those to come, to the SDK behind `provider`.
    ///
    /// Calls must not overlap.
    package func install(_ provider: any OTelBackendProvider) {
        let known = self.state.withLock { state in
            state.provider = provider
            return state
        }
        for (scope, tracer) in known.tracers { tracer.bind(provider.tracerBackend(scope)) }
        for (scope, meter) in known.meters { meter.bind(provider.meterBackend(scope)) }
        for (scope, logger) in known.loggers { logger.bind(provider.loggerBackend(scope)) }
    }

    /// Frees the registry.
    ///
    /// Only for the single thread of a forked child.
    package func resetAfterFork() {
        self.state.resetAfterFork()
    }

    func tracer(_ scope: OTelScope) -> OTelTracer {
        self.handle(scope, \.tracers, { OTelTracer(scope) }, { $0.bind($1.tracerBackend(scope)) })
    }

    func meter(_ scope: OTelScope) -> OTelMeter {
        self.handle(scope, \.meters, { OTelMeter(scope) }, { $0.bind($1.meterBackend(scope)) })
    }

    func logger(_ scope: OTelScope) -> OTelLogger {
        self.handle(scope, \.loggers, { OTelLogger(scope) }, { $0.bind($1.loggerBackend(scope)) })
    }

    /// The handle of a scope, made and bound if it is new.
    ///
    /// A new handle is bound before others can get it, and again if another SDK was installed meanwhile.
    private func handle<Handle: Sendable>(
        _ scope: OTelScope,
        _ handles: WritableKeyPath<State, [OTelScope: Handle]>,
        _ make: () -> Handle,
        _ bind: (Handle, any OTelBackendProvider) -> Void
    ) -> Handle {
        let (known, provider) = self.state.withLock { ($0[keyPath: handles][scope], $0.provider) }
        if let known { return known }
        let made = make()
        if let provider { bind(made, provider) }
        let kept = self.state.withLock { state in
            if let known = state[keyPath: handles][scope] { return known }
            if state[keyPath: handles].count < Self.capacity { state[keyPath: handles][scope] = made }
            return made
        }
        self.follow(from: provider) { bind(kept, $0) }
        return kept
    }

    /// Binds to the latest SDK, until that is still the latest afterwards.
    private func follow(from bound: (any OTelBackendProvider)?, _ bind: (any OTelBackendProvider) -> Void) {
        var bound = bound
        while let latest = self.state.withLock({ $0.provider }), latest !== bound {
            bind(latest)
            bound = latest
        }
    }
}
