import COTelRuntime
public import OTLPProto
import OTelWire

/// Collects when it is asked to: what manual readers and pull exporters are made of.
///
/// Any thread may ask; collections come one after the other. Accounts in data points, which count as exported once they
/// are handed out.
package final class PullReader: Pipeline {
    private enum State {
        /// -> collecting, closed
        case open
        /// -> open; -> closed, when the reader is shut down meanwhile
        case collecting
        case closed
    }

    private let name: String
    private let provider: MetricsProvider
    private let account: MetricReaderAccount
    private let resource: EncodedResource
    private let scopes: ScopeTable
    private let state = Monitor(State.open)
    private let outcomes: SpinLocked<SinkStatistics>

    init(
        name: String,
        provider: MetricsProvider,
        account: MetricReaderAccount,
        resource: EncodedResource,
        scopes: ScopeTable
    ) {
        self.name = name
        self.provider = provider
        self.account = account
        self.resource = resource
        self.scopes = scopes
        self.outcomes = SpinLocked(SinkStatistics(name: name, signal: .metrics))
    }

    /// The metrics of the moment; without any, and with the reason, after shutdown and when the turn does not come
    /// before `deadline`.
    package func collect(by deadline: Deadline) -> MetricCollection {
        let turn = self.state.wait(until: deadline) { state -> Bool? in
            switch state {
            case .closed: return false
            case .collecting: return nil
            case .open:
                state = .collecting
                return true
            }
        }
        guard turn == true else {
            let problem = turn == nil ? "an earlier collection is still running" : "the reader is shut down"
            return MetricCollection(self.batch([]), problems: [problem])
        }
        let collected = Self.suppressingTelemetry {
            self.provider.collect(self.account, resource: self.resource, by: deadline)
        }
        let batch = self.batch(collected.output.records)
        self.outcomes.withLock { statistics in
            statistics.accepted += batch.count
            statistics.exported += batch.count
        }
        self.state.update { if case .collecting = $0 { $0 = .open } }
        return MetricCollection(batch, isComplete: collected.isComplete, problems: collected.problems.map(\.message))
    }

    /// Producers and filters run on the caller's thread and record nothing, as on a thread of the SDK's own.
    private static func suppressingTelemetry<Result>(_ body: () -> Result) -> Result {
        let thread = cotel_thread_get()
        thread.pointee.suppressed &+= 1
        defer { thread.pointee.suppressed &-= 1 }
        return body()
    }

    private func batch(_ records: [MetricOutput.Record]) -> MetricBatch {
        var batch = RecordBatch(signal: .metrics, resource: self.resource)
        for record in records {
            batch.add(
                record.bytes,
                in: record.chunk,
                items: record.points,
                kind: .metric,
                scopeID: record.scope,
                scope: self.scopes.scope
            )
        }
        return MetricBatch(batch)
    }

    package func start() {}

    package func abandon() {}

    /// There is nothing to send.
    package func flush(by deadline: Deadline) -> Bool { true }

    package func shutdown(by deadline: Deadline) -> Bool {
        self.state.update { $0 = .closed }
        self.provider.readerDidShutDown(self.account)
        return true
    }

    package var statistics: SinkStatistics { self.outcomes.withLock { $0 } }

    package func resetAfterFork() {
        self.state.resetAfterFork { if case .collecting = $0 { $0 = .open } }
        self.outcomes.resetAfterFork()
        self.outcomes.withLock { $0 = SinkStatistics(name: self.name, signal: .metrics) }
    }
}

/// What a reader was told in one collection (`specification/metrics/sdk.md`, "Collect").
public struct MetricCollection: Sendable {
    /// The metrics.
    public let batch: MetricBatch
    /// Whether nothing is missing: all callbacks and producers told what they had to in time.
    public let isComplete: Bool
    /// What is missing, for people.
    public let problems: [String]

    init(_ batch: MetricBatch, isComplete: Bool = false, problems: [String]) {
        self.batch = batch
        self.isComplete = isComplete
        self.problems = problems
    }

    /// The metrics, scope by scope.
    public var metrics: [MetricView] { self.batch.metrics }
}
