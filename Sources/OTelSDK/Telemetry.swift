public import OTelAPI
import OTelWire

/// A running SDK: what flushes it, shuts it down and tells what became of the telemetry.
///
/// `OTel.start` makes the global one. `Telemetry(_:)` makes one of its own with its own tracers, meters and loggers, as
/// many at a time as you like: for tests and for programs in several parts. Every telemetry runs until it is shut down
/// or the process ends. Any thread or task may call.
public final class Telemetry: Sendable {
    let core: TelemetryCore

    /// Starts an SDK that only the handles taken from it use.
    public convenience init(_ config: Config) throws(ConfigError) {
        self.init(core: try TelemetryCore(config))
    }

    init(core: TelemetryCore) {
        self.core = core
        RunningTelemetry.add(core)
    }

    /// A tracer of this SDK.
    public func tracer(
        _ name: String,
        version: String? = nil,
        schemaURL: String? = nil,
        attributes: OTelAttributes = [:]
    ) -> OTelTracer {
        let scope = OTelScope(name, version: version, schemaURL: schemaURL, attributes: attributes)
        return OTelTracer(scope, self.core.tracerBackend(scope))
    }

    /// A meter of this SDK; the same arguments give the same one.
    public func meter(
        _ name: String,
        version: String? = nil,
        schemaURL: String? = nil,
        attributes: OTelAttributes = [:]
    ) -> OTelMeter {
        let scope = OTelScope(name, version: version, schemaURL: schemaURL, attributes: attributes)
        return self.core.meter(scope)
    }

    /// A logger of this SDK.
    public func logger(
        _ name: String,
        version: String? = nil,
        schemaURL: String? = nil,
        attributes: OTelAttributes = [:]
    ) -> OTelLogger {
        let scope = OTelScope(name, version: version, schemaURL: schemaURL, attributes: attributes)
        return OTelLogger(scope, self.core.loggerBackend(scope))
    }

    /// Decides anew which tracers record, those taken from this SDK earlier included.
    ///
    /// Spans that have begun are not affected.
    public func configureTracers(_ configurator: TracerConfigurator) {
        self.core.configureTracers(configurator)
    }

    /// Decides anew which meters measure, those taken from this SDK earlier included.
    ///
    /// While a meter does not measure, its callbacks don't run; what it measured before is still exported.
    public func configureMeters(_ configurator: MeterConfigurator) {
        self.core.configureMeters(configurator)
    }

    /// Replaces the views, for all instruments of this SDK.
    ///
    /// Streams that the new views leave as they are go on. The others end: each sink exports what they have once more,
    /// and new ones begin in their place. Meant for operators, not for every request: what ended costs some memory, and
    /// handles beyond the 4096 that a meter remembers keep recording to the streams that ended.
    public func configureViews(_ views: [InstrumentView]) throws(ConfigError) {
        try self.core.configureViews(views)
    }

    /// What became of everything so far, sink by sink.
    public var statistics: TelemetryStatistics {
        TelemetryStatistics(
            sinks: self.core.pipelines.map(\.statistics),
            abandonedSpans: Int(clamping: SlotPool.reclaimed),
            lostTraceStates: Int(clamping: TraceStateTable.evicted)
        )
    }
}

// Flush and shutdown.
extension Telemetry {
    /// Delivers everything recorded before the call, and returns within `timeout` whatever the receivers do.
    @discardableResult
    public func flush(timeout: Duration = .seconds(10)) async -> TelemetryReport {
        await self.offThePool { self.flushBlocking(timeout: timeout) }
    }

    /// `flush` for threads that may block; not for the cooperative pool.
    @discardableResult
    public func flushBlocking(timeout: Duration = .seconds(10)) -> TelemetryReport {
        let deadline = Deadline.after(timeout)
        let isComplete = self.core.flush(by: deadline)
        return TelemetryReport(inTime: isComplete, self.statistics)
    }

    /// Takes nothing more, delivers what is queued, and returns within `timeout` whatever the receivers do.
    ///
    /// Handles stay usable and do nothing until another SDK starts. Called again, it reports the same end.
    @discardableResult
    public func shutdown(timeout: Duration = .seconds(10)) async -> TelemetryReport {
        await self.offThePool { self.shutdownBlocking(timeout: timeout) }
    }

    /// `shutdown` for threads that may block; not for the cooperative pool.
    @discardableResult
    public func shutdownBlocking(timeout: Duration = .seconds(10)) -> TelemetryReport {
        let isComplete = self.core.shutdown(by: .after(timeout))
        return TelemetryReport(inTime: isComplete, self.statistics)
    }

    private func offThePool(_ body: @escaping @Sendable () -> TelemetryReport) async -> TelemetryReport {
        await withCheckedContinuation { continuation in
            let started = BackgroundThread.start("otel-wait") { continuation.resume(returning: body()) }
            if !started { continuation.resume(returning: body()) }
        }
    }
}

/// What a flush or shutdown achieved.
public struct TelemetryReport: Sendable, Hashable, CustomStringConvertible {
    /// Whether everything recorded before the call was delivered or counted as lost within the time given, and all
    /// callbacks and producers of metrics told what they had to.
    public let isInTime: Bool
    /// The counts of each sink when the call returned.
    public let statistics: TelemetryStatistics

    init(inTime: Bool, _ statistics: TelemetryStatistics) {
        self.isInTime = inTime
        self.statistics = statistics
    }

    /// Whether nothing was lost since the start and nothing is left: every accepted item was delivered.
    public var isComplete: Bool {
        self.isInTime && self.statistics.sinks.allSatisfy { $0.accepted == $0.exported }
    }

    /// One line for each sink.
    public var description: String {
        let head = self.isComplete ? "complete" : self.isInTime ? "with losses" : "unfinished"
        return "\(head)\n\(self.statistics)"
    }
}

/// The counts of all sinks.
public struct TelemetryStatistics: Sendable, Hashable, CustomStringConvertible {
    /// In the order of the configuration, spans first, then logs, then metrics.
    public let sinks: [SinkStatistics]
    /// Spans of the whole process that were never ended and had to make room for others.
    public let abandonedSpans: Int
    /// Trace states of the whole process that were asked for after 16 384 newer ones had displaced them.
    public let lostTraceStates: Int

    /// One line for each sink.
    public var description: String {
        let sinks = self.sinks.map(\.description).joined(separator: "\n")
        return self.abandonedSpans == 0 ? sinks : "\(sinks)\nspans never ended: \(self.abandonedSpans)"
    }
}

extension SinkStatistics: CustomStringConvertible {
    /// The name and every count on one line.
    public var description: String {
        "\(self.name): accepted \(self.accepted), exported \(self.exported), rejected \(self.rejected), dropped "
            + "\(self.dropped.total) (queue full \(self.dropped.queueFull), too large \(self.dropped.tooLarge), "
            + "retries exhausted \(self.dropped.retriesExhausted), after shutdown \(self.dropped.afterShutdown)), "
            + "pending \(self.pending)"
    }
}
