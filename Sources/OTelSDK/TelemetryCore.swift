import COTelRuntime
import OTLPProto
import OTelAPI
import OTelWire
import Synchronization

/// One running SDK: its pipelines and the backends of its scopes.
///
/// Kept for the life of the process, since handles of other threads may be inside a backend at any time; its pipelines
/// let go of their memory at shutdown.
final class TelemetryCore: OTelBackendProvider {
    let serviceName: String
    let traceRoutes: TraceRoutes
    let logRoutes: LogRoutes
    let exitTimeout: Duration
    let pipelines: [any Pipeline]
    private let scopes: ScopeTable
    /// One backend a scope, since a backend is never freed.
    private let backends = SpinLocked(Backends())

    private struct Backends {
        var tracers: [UInt32: SDKTracerBackend] = [:]
        var loggers: [UInt32: SDKLoggerBackend] = [:]
    }

    private let metrics: MetricsProvider
    let words: CoreWords

    init(_ config: Config) throws(ConfigError) {
        try config.validate()
        var builder = TelemetryBuilder(resource: EncodedResource(config))
        try Self.install(config.sinks, into: &builder)
        self.serviceName = config.serviceName
        self.exitTimeout = config.exitTimeout
        self.traceRoutes = TraceRoutes(builder.traces)
        self.logRoutes = LogRoutes(builder.logs)
        self.pipelines = builder.pipelines
        self.scopes = builder.scopes
        self.metrics = builder.metrics
        self.words = CoreWords(span: config.spanLimits.raw, log: config.logRecordLimits.raw)
        try self.start()
    }

    /// Installs every sink, or lets go of the exporters made so far.
    private static func install(_ sinks: [any Sink], into builder: inout TelemetryBuilder) throws(ConfigError) {
        do throws(ConfigError) {
            for sink in sinks { try sink.install(into: &builder) }
        } catch {
            for pipeline in builder.pipelines { pipeline.abandon() }
            throw error
        }
    }

    /// Starts every pipeline, or none.
    private func start() throws(ConfigError) {
        for (index, pipeline) in self.pipelines.enumerated() {
            do throws(ConfigError) {
                try pipeline.start()
            } catch {
                for started in self.pipelines[..<index] { _ = started.shutdown(by: .after(.zero)) }
                for other in self.pipelines[index...] { other.abandon() }
                throw error
            }
        }
    }

    /// Whether shutdown has begun.
    var isClosed: Bool { self.words.isClosed }

    /// Starts over in a forked child: the metrics first, since their readers' threads start with the pipelines.
    func resetAfterFork() {
        self.backends.resetAfterFork()
        self.metrics.resetAfterFork()
        for pipeline in self.pipelines { pipeline.resetAfterFork() }
    }

    func tracerBackend(_ scope: OTelScope) -> OTelTracerBackend {
        let number = self.number(scope, "tracer")
        return self.backends.withLock { backends in
            if let known = backends.tracers[number] { return known }
            let backend = SDKTracerBackend(core: self, scope: number)
            backends.tracers[number] = backend
            return backend
        }
    }

    func meterBackend(_ scope: OTelScope) -> OTelMeterBackend {
        _ = self.number(scope, "meter")
        return self.metrics.meterBackend(scope)
    }

    func loggerBackend(_ scope: OTelScope) -> OTelLoggerBackend {
        let number = self.number(scope, "logger")
        return self.backends.withLock { backends in
            if let known = backends.loggers[number] { return known }
            let backend = SDKLoggerBackend(core: self, scope: number)
            backends.loggers[number] = backend
            return backend
        }
    }

    /// A scope without a name works; its owner should know.
    private func number(_ scope: OTelScope, _ handle: String) -> UInt32 {
        // Reported from elsewhere: the caller may hold the lock of all handles, which the reader may ask for one.
        if scope.name.isEmpty {
            _ = BackgroundThread.start("otel-report") {
                Diagnostics.report(.warning, "a \(handle) was taken with an empty name")
            }
        }
        return self.scopes.number(scope)
    }
}

/// What the recording path reads without a lock.
struct CoreWords: @unchecked Sendable {
    // Safety: the limits are never written again, `closed` is read and written atomically; nothing is ever freed.
    let spanLimits: UnsafePointer<cotel_limits>
    let logLimits: UnsafePointer<cotel_limits>
    /// What the SDK's spans say whose they are: 1 to 255, given out in turn.
    let owner: UInt64
    private let closed: UnsafeMutablePointer<UInt64>

    private static let nextOwner = SpinLocked<UInt64>(1)

    /// Whether shutdown has begun.
    @inline(__always)
    var isClosed: Bool { cotel_load64_relaxed(self.closed) != 0 }

    func close() {
        cotel_store64(self.closed, 1)
    }

    init(span: cotel_limits, log: cotel_limits) {
        let limits = UnsafeMutablePointer<cotel_limits>.allocate(capacity: 2)
        limits.initialize(to: span)
        (limits + 1).initialize(to: log)
        self.spanLimits = UnsafePointer(limits)
        self.logLimits = UnsafePointer(limits + 1)
        self.owner = Self.nextOwner.withLock { next in
            defer { next = next % 255 + 1 }
            return next
        }
        self.closed = .allocate(capacity: 1)
        self.closed.initialize(to: 0)
    }
}
