import OTLPProto
import OTelWire

/// Collects at a fixed rate and hands the result to one exporter
/// (`specification/metrics/sdk.md`, "Periodic exporting MetricReader").
///
/// Everything happens on a thread of its own; export calls never overlap. Accounts in data points. Differences whose
/// export fails are lost and counted as such: adding them to the next interval would falsify both.
package final class PeriodicReader: Pipeline {
    struct Settings {
        var name: String
        var interval: Duration
        var exportTimeout: Duration
        /// Data points of an export at most.
        var maxExportBatchSize: Int
    }

    /// The bytes of a batch at most, since many receivers enforce 4 MiB; a larger metric travels alone.
    private static let maxBatchBytes = 3_670_016

    private let settings: Settings
    private let provider: MetricsProvider
    private let account: MetricReaderAccount
    private let resource: EncodedResource
    private let scopes: ScopeTable
    private let exporter: any MetricExporter
    private let worker: PipelineWorker
    private let outcomes: SpinLocked<SinkStatistics>
    private let health: DeliveryHealth
    /// Whether the latest collection that somebody waits for got all that it wanted.
    private let gotAll = SpinLocked(true)

    init(
        _ settings: Settings,
        provider: MetricsProvider,
        account: MetricReaderAccount,
        resource: EncodedResource,
        scopes: ScopeTable,
        exporter: any MetricExporter
    ) {
        self.settings = settings
        self.provider = provider
        self.account = account
        self.resource = resource
        self.scopes = scopes
        self.exporter = exporter
        self.outcomes = SpinLocked(SinkStatistics(name: settings.name, signal: .metrics))
        self.health = DeliveryHealth(sink: settings.name)
        let target = Target()
        self.worker = PipelineWorker(
            name: "otel-metrics",
            schedule: .init(interval: settings.interval, isFixedRate: true, timeout: settings.exportTimeout),
            actions: .init(
                work: { target.reader?.work($0, by: $1) },
                finish: { target.reader?.exporter.shutdown(by: $0) },
                cancel: { exporter.cancel() }
            )
        )
        target.reader = self
    }

    /// Breaks the cycle of initialisation: the worker's actions need the reader.
    private final class Target: @unchecked Sendable {
        // Safety: set once, before the worker's thread starts.
        weak var reader: PeriodicReader?
    }

    package func start() throws(ConfigError) {
        guard self.worker.start() else {
            throw ConfigError(
                setting: self.settings.name,
                value: "thread",
                expected: "a system that can start another thread"
            )
        }
    }

    package func abandon() {
        self.exporter.shutdown(by: .after(.zero))
    }

    /// False, too, when a callback or producer failed or was late.
    package func flush(by deadline: Deadline) -> Bool {
        self.account.callbacks.hurry(by: deadline)
        return self.worker.flush(by: deadline) && self.gotAll.withLock { $0 }
    }

    /// Collects and exports for the last time.
    ///
    /// Measurements that come later are ignored and counted by the provider.
    package func shutdown(by deadline: Deadline) -> Bool {
        defer { self.provider.readerDidShutDown(self.account) }
        self.account.callbacks.hurry(by: deadline)
        return self.worker.shutdown(by: deadline) && self.gotAll.withLock { $0 }
    }

    package var statistics: SinkStatistics { self.outcomes.withLock { $0 } }

    package func resetAfterFork() {
        self.scopes.resetAfterFork()
        self.outcomes.resetAfterFork()
        self.outcomes.withLock { $0 = SinkStatistics(name: self.settings.name, signal: .metrics) }
        self.health.resetAfterFork()
        self.gotAll.resetAfterFork()
        self.exporter.resetAfterFork()
        self.worker.resetAfterFork()
    }
}

// On the reader's thread.
extension PeriodicReader {
    private func work(_ reason: PipelineWorker.Reason, by deadline: Deadline) {
        let collected = self.provider.collect(
            self.account,
            resource: self.resource,
            maxBatchPoints: self.settings.maxExportBatchSize,
            isLast: reason == .shutdown,
            by: deadline
        )
        let points = collected.output.records.reduce(0) { $0 + $1.points }
        self.outcomes.withLock { $0.accepted += points }
        self.export(collected.output.records, reason, by: deadline)
        guard reason != .scheduled else { return }
        self.gotAll.withLock { $0 = collected.isComplete }
        self.exporter.forceFlush(by: deadline)
    }

    /// Cuts a collection into batches and delivers them one after another.
    private func export(_ records: [MetricOutput.Record], _ reason: PipelineWorker.Reason, by deadline: Deadline) {
        var batch = RecordBatch(signal: .metrics, resource: self.resource)
        var number = 0
        for record in records {
            if !batch.isEmpty, record.batch != number || batch.byteCount + record.bytes.count > Self.maxBatchBytes {
                self.deliver(batch, reason, by: deadline)
                batch = RecordBatch(signal: .metrics, resource: self.resource)
            }
            number = record.batch
            batch.add(
                record.bytes,
                in: record.chunk,
                items: record.points,
                kind: .metric,
                scopeID: record.scope,
                scope: self.scopes.scope
            )
        }
        if !batch.isEmpty { self.deliver(batch, reason, by: deadline) }
    }

    private func deliver(_ batch: RecordBatch, _ reason: PipelineWorker.Reason, by deadline: Deadline) {
        // A flush that is in a hurry stops waiting; what it started goes on. Only a shutdown's deadline ends exports.
        let timeout = Deadline.after(self.settings.exportTimeout)
        let limit = reason == .shutdown ? min(timeout, deadline) : timeout
        let outcome = self.isOver(reason, deadline) ? .failure(Self.unsent) : self.export(batch, by: limit)
        self.outcomes.withLock { $0.count(batch.itemCount, outcome) }
        self.health.report(outcome, items: batch.itemCount)
    }

    private func export(_ batch: RecordBatch, by deadline: Deadline) -> Result<ExportResult, ExportError> {
        do throws(ExportError) {
            return .success(try self.exporter.export(MetricBatch(batch), by: deadline))
        } catch {
            return .failure(error)
        }
    }

    /// Whether the time of a shutdown has run out: then nothing is tried any more.
    private func isOver(_ reason: PipelineWorker.Reason, _ deadline: Deadline) -> Bool {
        if reason == .shutdown { return deadline.isOver }
        return self.worker.shutdownDeadline?.isOver ?? false
    }

    private static let unsent = ExportError(.cancelled, "the deadline of the shutdown passed")
}
