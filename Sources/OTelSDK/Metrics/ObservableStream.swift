import OTLPProto
import OTelAPI
import OTelWire

/// The series of one asynchronous instrument: what its callbacks observe, once for each reader's collection.
///
/// Observations are totals: they replace each other, and a set of attributes that is not observed is not reported. For
/// differences, and for the time at which a series began, each reader remembers what it saw.
final class ObservableStream: MetricSource, @unchecked Sendable {
    // Safety: `memories` is touched only under the provider's collection lock, `state` has its own lock, the rest is
    // immutable.

    let info: StreamInfo
    private let state = SpinLocked(State())
    private var memories: [ReaderMemory]

    private struct State {
        var callbacks: [OTelObservableCallbacks] = []
        var isClosed = false
        var ignored = 0
        var hasOverflow = false
        var failure: String?
        var reported = ReportedProblems()
    }

    init(_ info: StreamInfo) {
        self.info = info
        self.memories = info.plan.readers.map { _ in ReaderMemory() }
    }

    /// Adds the callbacks of an instrument of this identity; the same ones are added once.
    func add(_ callbacks: OTelObservableCallbacks) {
        self.state.withLock { state in
            if !state.callbacks.contains(where: { $0 === callbacks }) { state.callbacks.append(callbacks) }
        }
    }

    func observe() -> ObservationBuffer? {
        let callbacks = self.state.withLock { $0.isClosed ? [] : $0.callbacks }
        guard !callbacks.isEmpty else { return nil }
        let buffer = ObservationBuffer(isSummed: self.info.instrument.kind != .observableGauge)
        var failure: String?
        for callback in callbacks { callback.run(buffer) { failure = String(describing: $0) } }
        self.state.withLock { state in
            state.ignored += buffer.ignored
            state.failure = failure ?? state.failure
        }
        return buffer
    }

    func collect(
        _ account: MetricReaderAccount,
        time: UInt64,
        observed: ObservationBuffer?,
        into output: inout MetricOutput
    ) {
        guard let reader = self.info.plan.reader(account), account.index < self.memories.count else { return }
        let round = ReaderMemory.Round(
            limit: reader.cardinalityLimit,
            start: self.info.intervalStart(account),
            temporality: reader.temporality,
            arithmetic: ObservedArithmetic(self.info)
        )
        let points = self.memories[account.index].points(of: observed?.observations ?? [], round)
        if self.memories[account.index].hasOverflow { self.state.withLock { $0.hasOverflow = true } }
        output.write(
            self.info.head(reader.temporality),
            scope: self.info.scope,
            points.lazy.map { point in
                NumberPoint(
                    attributes: point.attributes,
                    start: min(point.start, time),
                    time: time,
                    bits: point.bits,
                    isInteger: self.info.instrument.isInteger
                )
            }
        )
    }

    func reportProblems() {
        let (before, after) = self.state.withLock { state in
            let before = state
            state.reported.overflow = state.hasOverflow
            state.reported.notFinite = state.ignored > 0
            state.failure = nil
            return (before, state)
        }
        if after.reported.overflow && !before.reported.overflow {
            Diagnostics.report(
                .warning,
                "metric \(self.info.label): its callbacks observe more than \(self.info.plan.cardinalityLimit) sets of "
                    + "attributes: further ones are reported together, with the attribute otel.metric.overflow"
            )
        }
        if after.reported.notFinite && !before.reported.notFinite {
            Diagnostics.report(.warning, "metric \(self.info.label): NaN and infinite values are ignored")
        }
        if let failure = before.failure {
            Diagnostics.report(
                .warning,
                topic: "callback of \(self.info.label)",
                "metric \(self.info.label): a callback failed: \(failure)"
            )
        }
    }

    func close() {
        let callbacks = self.state.withLock { state in
            defer {
                state.isClosed = true
                state.callbacks = []
            }
            return state.callbacks
        }
        // What the callbacks captured is released outside the lock.
        withExtendedLifetime(callbacks) {}
    }

    func resetAfterFork() {
        self.state.resetAfterFork()
        for index in self.memories.indices { self.memories[index] = ReaderMemory() }
    }
}
