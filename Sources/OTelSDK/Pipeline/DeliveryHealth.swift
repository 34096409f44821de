import COTelRuntime
import OTelWire

/// Says when a sink begins to lose items and when it delivers again: changes of state, not attempts.
final class DeliveryHealth: Sendable {
    private struct State {
        var lostSinceFailure = 0
        var reportedDrops = ChunkQueue.Counts()
        private var transitions: [UInt64] = []

        /// Whether another change of state is news: at most eight in five minutes, so that a receiver that comes and
        /// goes does not fill the log.
        mutating func admitsTransition() -> Bool {
            let now = cotel_monotonic_ns()
            self.transitions.removeAll { now &- $0 > 300_000_000_000 }
            guard self.transitions.count < 8 else { return false }
            self.transitions.append(now)
            return true
        }
    }

    private let sink: String
    private let state = SpinLocked(State())

    init(sink: String) {
        self.sink = sink
    }

    /// Reports the outcome of one export of `items`.
    func report(_ outcome: Result<ExportResult, ExportError>, items: Int) {
        switch outcome {
        case .success(let result):
            self.reportRecovery()
            if result.rejected > 0 {
                self.warn("rejected", "the receiver refused \(result.rejected) of \(items) items: \(result.message)")
            } else if !result.message.isEmpty {
                self.warn("warning", result.message)
            }
        case .failure(let error):
            let isNew = self.state.withLock { state in
                defer { state.lostSinceFailure += items }
                return state.lostSinceFailure == 0 && state.admitsTransition()
            }
            if isNew { Diagnostics.forget("\(self.sink) recovery") }
            // One topic for all failures: that the sink is failing is the news, not how it fails this time.
            self.warn("failing", "\(items) items lost: \(error)")
        }
    }

    private func reportRecovery() {
        let (lost, isNew) = self.state.withLock { state in
            let lost = state.lostSinceFailure
            state.lostSinceFailure = 0
            return (lost, lost > 0 && state.admitsTransition())
        }
        guard lost > 0 else { return }
        // The next failure is news again.
        if isNew { Diagnostics.forget("\(self.sink) failing") }
        Diagnostics.report(
            .info,
            topic: "\(self.sink) recovery",
            "\(self.sink): delivering again; \(lost) items were lost"
        )
    }

    /// Reports items that were dropped before they could be exported, when there are new ones.
    func reportDrops(_ counts: ChunkQueue.Counts, _ processor: RecordProcessor.Resolved) {
        let known = self.state.withLock { state in
            defer { state.reportedDrops = counts }
            return state.reportedDrops
        }
        if counts.droppedFull > known.droppedFull {
            self.warn(
                "queue full",
                "\(counts.droppedFull) items dropped so far because the queue was full "
                    + "(maxQueueSize \(processor.maxQueueSize), maxQueueBytes \(processor.maxQueueBytes))"
            )
        }
        if counts.truncated > known.truncated {
            self.warn(
                "truncated",
                "\(counts.truncated) items so far lost attributes, events or links that exceed a limit"
            )
        }
        if counts.droppedLarge > known.droppedLarge {
            self.warn("too large", "\(counts.droppedLarge) items dropped so far because they exceed a limit of size")
        }
    }

    private func warn(_ topic: String, _ message: String) {
        Diagnostics.report(.warning, topic: "\(self.sink) \(topic)", "\(self.sink): \(message)")
    }

    func resetAfterFork() {
        self.state.resetAfterFork()
        self.state.withLock { $0 = State() }
    }
}
