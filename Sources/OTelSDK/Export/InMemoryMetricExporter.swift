public import OTLPProto
import OTelWire

/// Keeps the metrics of each collection in memory, for tests and for pages that show an application's own state
/// (`specification/metrics/sdk_exporters/in-memory.md`).
///
/// Any thread may look at them at any time, also after shutdown. Beyond its bounds it drops the oldest metrics and
/// counts them.
public final class InMemoryMetricExporter: MetricExporter {
    private let maxMetrics: Int
    private let maxBytes: Int
    private let state = ForkSafeMutex(State())

    private struct State {
        var records: [RecordView] = []
        var byteCount = 0
        var dropped = 0
    }

    /// An exporter that keeps the latest metrics within both bounds: by default 10 000 metrics and 64 MiB of them as
    /// they are on the wire.
    ///
    /// A metric counts once for each collection that brought it. Negative bounds are zero.
    public init(maxMetrics: Int = 10_000, maxBytes: Int = 64 << 20) {
        self.maxMetrics = max(0, maxMetrics)
        self.maxBytes = max(0, maxBytes)
    }

    /// What was exported since the beginning or the last `reset`, in the order of collection.
    public var metrics: [MetricView] { self.state.withLock { $0.records }.map(MetricView.init) }

    /// How many metrics were dropped since the beginning or the last `reset`.
    public var droppedMetricCount: Int { self.state.withLock { $0.dropped } }

    /// Forgets everything.
    public func reset() {
        self.state.withLock { $0 = State() }
    }

    /// Keeps the metrics of a collection.
    ///
    /// Always succeeds.
    public func export(_ batch: MetricBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        // Copies: a few metrics must not keep the memory of a whole collection.
        let records = batch.records.views.map { $0.copy() }
        self.state.withLock { state in
            for record in records {
                state.records.append(record)
                state.byteCount += record.size
            }
            self.trim(&state)
        }
        return .success
    }

    private func trim(_ state: inout State) {
        var excess = 0
        while state.records.count - excess > self.maxMetrics || state.byteCount > self.maxBytes {
            state.byteCount -= state.records[excess].size
            excess += 1
        }
        state.records.removeFirst(excess)
        state.dropped += excess
    }
}

extension MetricExporterFactory {
    /// Keeps metrics in memory, where the application can look at them.
    ///
    /// Two sinks need two exporters to be told apart.
    public static func inMemory(_ exporter: InMemoryMetricExporter) -> MetricExporterFactory {
        .custom("in-memory", exporter)
    }
}
