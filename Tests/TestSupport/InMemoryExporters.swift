package import OTLPProto
package import OTelSDK
import Synchronization

/// What an in-memory exporter answers to a batch: its number, from 0, and how many items it has.
package typealias ExportAnswer = @Sendable (_ batch: Int, _ count: Int) -> Result<ExportResult, ExportError>

/// Keeps every span it gets, and notes what else was asked of it.
package final class InMemorySpanExporter: SpanExporter {
    private let log: ExportLog<SpanView>

    package init(answer: @escaping ExportAnswer = { _, _ in .success(.success) }) {
        self.log = ExportLog(answer)
    }

    package func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        try self.log.take(batch.spans, batch.records)
    }

    package func forceFlush(by deadline: Deadline) { self.log.noteFlush() }
    package func shutdown(by deadline: Deadline) { self.log.noteShutdown() }

    /// All spans, in the order of arrival.
    package var spans: [SpanView] { self.log.read { $0.batches.flatMap { $0 } } }
    /// How many spans each call of `export` brought.
    package var batchSizes: [Int] { self.log.read { $0.batches.map(\.count) } }
    /// The protobuf bytes of each record, in the order of arrival.
    package var messages: [[UInt8]] { self.log.read { $0.messages } }
    package var forceFlushes: Int { self.log.read { $0.forceFlushes } }
    package var shutdowns: Int { self.log.read { $0.shutdowns } }
    /// Calls of `export` that began before another one ended, or after `shutdown`.
    package var violations: Int { self.log.read { $0.violations } }
}

/// Keeps every log record it gets, and notes what else was asked of it.
package final class InMemoryLogRecordExporter: LogRecordExporter {
    private let log: ExportLog<LogRecordView>

    package init(answer: @escaping ExportAnswer = { _, _ in .success(.success) }) {
        self.log = ExportLog(answer)
    }

    package func export(_ batch: LogRecordBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        try self.log.take(batch.logRecords, batch.records)
    }

    package func forceFlush(by deadline: Deadline) { self.log.noteFlush() }
    package func shutdown(by deadline: Deadline) { self.log.noteShutdown() }

    /// All log records, in the order of arrival.
    package var records: [LogRecordView] { self.log.read { $0.batches.flatMap { $0 } } }
    /// How many log records each call of `export` brought.
    package var batchSizes: [Int] { self.log.read { $0.batches.map(\.count) } }
    /// The protobuf bytes of each record, in the order of arrival.
    package var messages: [[UInt8]] { self.log.read { $0.messages } }
    package var forceFlushes: Int { self.log.read { $0.forceFlushes } }
    package var shutdowns: Int { self.log.read { $0.shutdowns } }
    /// Calls of `export` that began before another one ended, or after `shutdown`.
    package var violations: Int { self.log.read { $0.violations } }
}

private final class ExportLog<Item: Sendable>: Sendable {
    struct State {
        var batches: [[Item]] = []
        var messages: [[UInt8]] = []
        var isRunning = false
        var forceFlushes = 0
        var shutdowns = 0
        var violations = 0
    }

    private let state = Mutex(State())
    private let answer: ExportAnswer

    init(_ answer: @escaping ExportAnswer) {
        self.answer = answer
    }

    func take(_ items: [Item], _ records: RecordBatch) throws(ExportError) -> ExportResult {
        let number = self.state.withLock { state in
            if state.isRunning || state.shutdowns > 0 { state.violations += 1 }
            state.isRunning = true
            state.batches.append(items)
            state.messages += records.views.map { Array($0.message) }
            return state.batches.count - 1
        }
        defer { self.state.withLock { $0.isRunning = false } }
        return try self.answer(number, items.count).get()
    }

    func noteFlush() { self.state.withLock { $0.forceFlushes += 1 } }
    func noteShutdown() { self.state.withLock { $0.shutdowns += 1 } }
    func read<Result: Sendable>(_ body: (State) -> Result) -> Result { self.state.withLock { body($0) } }
}
