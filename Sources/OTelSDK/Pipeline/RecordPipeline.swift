import COTelRuntime
package import OTLPProto
package import OTelWire

/// The way of finished spans or log records to one exporter: queue, export thread, accounting.
///
/// Threads that record only append to the queue; grouping, encoding and sending happen on the pipeline's own thread.
/// Export calls never overlap.
package final class RecordPipeline: Pipeline {
    /// Delivers one batch.
    package typealias Export = @Sendable (RecordBatch, Deadline) throws(ExportError) -> ExportResult

    package let queue: ChunkQueue
    private let name: String
    private let signal: Signal?
    private let processor: RecordProcessor.Resolved
    private let resource: EncodedResource
    private let scopes: ScopeTable
    private let exporter: any Exporter
    private let export: Export
    private let worker: PipelineWorker
    private let outcomes: SpinLocked<SinkStatistics>
    private let health: DeliveryHealth

    package init(
        name: String,
        signal: Signal?,
        processor: RecordProcessor.Resolved,
        resource: EncodedResource,
        scopes: ScopeTable,
        exporter: any Exporter,
        export: @escaping Export
    ) {
        self.name = name
        self.signal = signal
        self.processor = processor
        self.resource = resource
        self.scopes = scopes
        self.exporter = exporter
        self.export = export
        self.outcomes = SpinLocked(SinkStatistics(name: name, signal: signal))
        self.health = DeliveryHealth(sink: name)
        let target = Target()
        self.worker = PipelineWorker(
            name: "otel-\(signal?.rawValue ?? "stream")",
            schedule: .init(
                interval: processor.scheduledDelay,
                isFixedRate: false,
                timeout: processor.exportTimeout
            ),
            actions: .init(
                work: { target.pipeline?.work($0, by: $1) },
                finish: { target.pipeline?.finish(by: $0) },
                cancel: { exporter.cancel() }
            )
        )
        let worker = self.worker
        self.queue = ChunkQueue(
            maxItems: processor.maxQueueSize,
            maxBytes: processor.maxQueueBytes,
            wakeItems: processor.wakeItems,
            wake: { worker.wake() }
        )
        target.pipeline = self
    }

    /// Breaks the cycle of initialisation: the worker's actions need the pipeline.
    private final class Target: @unchecked Sendable {
        // Safety: set once, before the worker's thread starts.
        weak var pipeline: RecordPipeline?
    }

    package func start() throws(ConfigError) {
        guard self.worker.start() else {
            throw ConfigError(setting: self.name, value: "thread", expected: "a system that can start another thread")
        }
    }

    package func abandon() {
        self.exporter.shutdown(by: .after(.zero))
    }

    package func flush(by deadline: Deadline) -> Bool {
        self.worker.flush(by: deadline)
    }

    package func shutdown(by deadline: Deadline) -> Bool {
        self.queue.close()
        return self.worker.shutdown(by: deadline)
    }

    package var statistics: SinkStatistics {
        // Outcomes first: an item that is exported in between shows as pending, never as negative.
        var statistics = self.outcomes.withLock { $0 }
        let counts = self.queue.counts()
        statistics.dropped.queueFull += counts.droppedFull
        statistics.dropped.tooLarge += counts.droppedLarge
        statistics.dropped.afterShutdown += counts.droppedClosed
        statistics.filtered = counts.filtered
        statistics.accepted = counts.appended + counts.droppedFull + counts.droppedLarge + counts.droppedClosed
        return statistics
    }

    package func resetAfterFork() {
        self.queue.discardAfterFork()
        self.scopes.resetAfterFork()
        self.outcomes.resetAfterFork()
        self.outcomes.withLock { $0 = SinkStatistics(name: self.name, signal: self.signal) }
        self.health.resetAfterFork()
        self.exporter.resetAfterFork()
        self.worker.resetAfterFork()
    }
}

// On the export thread.
extension RecordPipeline {
    private func work(_ reason: PipelineWorker.Reason, by deadline: Deadline) {
        repeat {
            var chunks = self.queue.drain()
            if chunks.isEmpty { break }
            self.export(chunks, reason, by: deadline)
            // Taken out one by one: a chunk is reused only when nothing else refers to it.
            while let chunk = chunks.popLast() { self.queue.recycle(chunk) }
            self.health.reportDrops(self.queue.counts(), self.processor)
        } while reason == .shutdown || reason == .scheduled && self.queue.isAtWake && !self.worker.isAwaited
        // Nobody crosses the mark a second time.
        if reason != .shutdown, self.queue.isAtWake { self.worker.wake() }
        if reason != .scheduled { self.exporter.forceFlush(by: deadline) }
        self.health.reportDrops(self.queue.counts(), self.processor)
    }

    /// Cuts what was drained into batches and delivers them one after another.
    private func export(_ chunks: [Chunk], _ reason: PipelineWorker.Reason, by deadline: Deadline) {
        var batch = self.emptyBatch()
        for chunk in chunks {
            chunk.forEachRecord { bytes, label in
                if batch.itemCount >= self.processor.maxExportBatchSize
                    || batch.itemCount > 0 && batch.byteCount + bytes.count > self.processor.maxBatchBytes
                {
                    self.deliver(batch, reason, by: deadline)
                    batch = self.emptyBatch()
                }
                batch.add(
                    bytes,
                    in: chunk,
                    kind: RecordLabel.kind(label),
                    scopeID: RecordLabel.scope(label),
                    scope: self.scopes.scope
                )
            }
        }
        if !batch.isEmpty { self.deliver(batch, reason, by: deadline) }
    }

    private func emptyBatch() -> RecordBatch {
        RecordBatch(signal: self.signal ?? .traces, resource: self.resource)
    }

    private func deliver(_ batch: RecordBatch, _ reason: PipelineWorker.Reason, by deadline: Deadline) {
        // A flush that is in a hurry stops waiting; what it started goes on. Only a shutdown's deadline ends exports.
        let timeout = Deadline.after(self.processor.exportTimeout)
        let limit = reason == .shutdown ? min(timeout, deadline) : timeout
        let outcome = self.isOver(reason, deadline) ? .failure(Self.unsent) : self.outcome(of: batch, by: limit)
        // First the queue, then the count: who sees fewer pending items finds room for as many.
        self.queue.release(items: batch.itemCount, bytes: Self.footprint(of: batch))
        self.outcomes.withLock { $0.count(batch.itemCount, outcome) }
        self.health.report(outcome, items: batch.itemCount)
    }

    private func outcome(of batch: RecordBatch, by deadline: Deadline) -> Result<ExportResult, ExportError> {
        do throws(ExportError) { return .success(try self.export(batch, deadline)) } catch { return .failure(error) }
    }

    /// Whether the time of a shutdown has run out: then nothing is tried any more.
    private func isOver(_ reason: PipelineWorker.Reason, _ deadline: Deadline) -> Bool {
        if reason == .shutdown { return deadline.isOver }
        return self.worker.shutdownDeadline?.isOver ?? false
    }

    private static let unsent = ExportError(.cancelled, "the deadline of the shutdown passed")

    private static func footprint(of batch: RecordBatch) -> Int {
        batch.groups.reduce(0) { sum, group in
            group.records.reduce(sum) { $0 + Chunk.footprint($1.bytes.count) }
        }
    }

    private func finish(by deadline: Deadline) {
        self.exporter.shutdown(by: deadline)
        self.queue.freeSpares()
    }
}
