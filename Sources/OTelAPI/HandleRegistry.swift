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
/// the SDK of the moment and to no later one.
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
    package func install(_ provider: any OTelBackendProvider) {
        self.state.withLock { state in
            state.provider = provider
            for (scope, tracer) in state.tracers { tracer.bind(provider.tracerBackend(scope)) }
            for (scope, meter) in state.meters { meter.bind(provider.meterBackend(scope)) }
            for (scope, logger) in state.loggers { logger.bind(provider.loggerBackend(scope)) }
        }
    }

    /// Frees the registry.
    ///
    /// Only for the single thread of a forked child.
    package func resetAfterFork() {
        self.state.resetAfterFork()
    }

    func tracer(_ scope: OTelScope) -> OTelTracer {
        self.state.withLock { state in
            if let known = state.tracers[scope] { return known }
            let tracer = OTelTracer(scope, state.provider?.tracerBackend(scope))
            if state.tracers.count < Self.capacity { state.tracers[scope] = tracer }
            return tracer
        }
    }

    func meter(_ scope: OTelScope) -> OTelMeter {
        self.state.withLock { state in
            if let known = state.meters[scope] { return known }
            let meter = OTelMeter(scope, state.provider?.meterBackend(scope))
            if state.meters.count < Self.capacity { state.meters[scope] = meter }
            return meter
        }
    }

    func logger(_ scope: OTelScope) -> OTelLogger {
        self.state.withLock { state in
            if let known = state.loggers[scope] { return known }
            let logger = OTelLogger(scope, state.provider?.loggerBackend(scope))
            if state.loggers.count < Self.capacity { state.loggers[scope] = logger }
            return logger
        }
    }
}
