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
        var loggers: [UInt32: SDKLoggerBackend] = [:]
        /// Handles taken from this telemetry: kept, since instruments follow new views by them.
        var meters: [UInt32: OTelMeter] = [:]
    }

    private let tracers: BackendTable<SDKTracerBackend>
    let spanProcessors: [any SpanProcessor]
    let idGenerator: (any IDGenerator)?
    private let customSamplers: [any CustomSampler]
    let resource: EncodedResource
    private let metrics: MetricsProvider
    let words: CoreWords

    init(_ config: Config) throws(ConfigError) {
        try config.validate()
        var builder = TelemetryBuilder(resource: EncodedResource(config), metrics: config.metricSettings)
        try Self.install(config.sinks, into: &builder)
        self.serviceName = config.serviceName
        self.exitTimeout = config.exitTimeout
        self.resource = builder.resource
        self.spanProcessors = config.spanProcessors
        self.idGenerator = config.idGenerator
        self.tracers = BackendTable(config.tracerConfigurator)
        self.customSamplers = Sampler.customSamplers(in: builder.traces.map(\.sampler))
        self.traceRoutes = TraceRoutes(builder.traces, hasProcessors: !config.spanProcessors.isEmpty)
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
        for sampler in self.customSamplers { sampler.start(serviceName: self.serviceName) }
    }

    /// Whether spans take the longer way: see `TracerGate`.
    var hasSpecialSpans: Bool {
        !self.spanProcessors.isEmpty || self.idGenerator != nil || self.traceRoutes.showsStarts
            || self.traceRoutes.hasFilters
    }

    /// Whether shutdown has begun.
    var isClosed: Bool { self.words.isClosed }

    /// Starts over in a forked child: the metrics first, since their readers' threads start with the pipelines.
    func resetAfterFork() {
        self.backends.resetAfterFork()
        for processor in self.spanProcessors { processor.resetAfterFork() }
        for sampler in self.customSamplers { sampler.resetAfterFork() }
        self.metrics.resetAfterFork()
        for pipeline in self.pipelines { pipeline.resetAfterFork() }
    }

    func meterBackend(_ scope: OTelScope) -> OTelMeterBackend {
        _ = self.number(scope, "meter")
        return self.metrics.meterBackend(scope)
    }

    /// The same meter for the same scope.
    func meter(_ scope: OTelScope) -> OTelMeter {
        let made = OTelMeter(scope, self.meterBackend(scope))
        let number = self.scopes.number(scope)
        return self.backends.withLock { backends in
            let meter = backends.meters[number] ?? made
            backends.meters[number] = meter
            return meter
        }
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

    func tracerBackend(_ scope: OTelScope) -> OTelTracerBackend {
        let number = self.number(scope, "tracer")
        return self.tracers.backend(number, scope) { SDKTracerBackend(core: self, scope: number) }
    }

    func configureTracers(_ configurator: TracerConfigurator) {
        self.tracers.setConfigurator(configurator) { self.scopes.scope($0).scope }
    }

    func configureMeters(_ configurator: MeterConfigurator) {
        self.metrics.configureMeters(configurator)
    }

    func configureViews(_ views: [InstrumentView]) throws(ConfigError) {
        try ViewTable.check(views)
        self.metrics.configureViews(views)
    }

    /// The scope of a number that a record or a backend has.
    func scope(_ number: UInt32) -> EncodedScope {
        self.scopes.scope(number)
    }

    /// A scope without a name works; its owner should know.
    private func number(_ scope: OTelScope, _ handle: String) -> UInt32 {
        if scope.name.isEmpty { Diagnostics.report(.warning, "a \(handle) was taken with an empty name") }
        return self.scopes.number(scope)
    }
}

// Flush and shutdown: first what processors hold back, which may still become telemetry, then the sinks.
extension TelemetryCore {
    func flush(by deadline: Deadline) -> Bool {
        let first = self.processorsDeadline(deadline)
        let processors = self.isClosed ? [] : self.spanProcessors
        let processed = Fanout.allIsolated(processors, by: first) { $0.forceFlush(by: first) }
        return Fanout.all(self.pipelines, by: deadline) { $0.flush(by: deadline) } && processed
    }

    func shutdown(by deadline: Deadline) -> Bool {
        let isFirst = self.words.close()
        self.tracers.close()
        var isComplete = true
        if isFirst {
            let first = self.processorsDeadline(deadline)
            isComplete = Fanout.allIsolated(self.spanProcessors, by: first) { $0.shutdown(by: first) }
            let stopped = Fanout.allIsolated(self.customSamplers, by: first) { sampler in
                sampler.shutdown(by: first)
                return true
            }
            isComplete = isComplete && stopped
        }
        isComplete = Fanout.all(self.pipelines, by: deadline) { $0.shutdown(by: deadline) } && isComplete
        RunningTelemetry.remove(self)
        return isComplete
    }

    /// What processors get of the time, so that one which never comes back leaves some to the sinks: half of it, or all
    /// but two seconds.
    private func processorsDeadline(_ deadline: Deadline) -> Deadline {
        if self.pipelines.isEmpty { return deadline }
        let share = min(deadline.remaining.nanosecondsClamped / 2, 2_000_000_000)
        return Deadline(nanoseconds: deadline.nanoseconds - min(share, deadline.nanoseconds))
    }
}
