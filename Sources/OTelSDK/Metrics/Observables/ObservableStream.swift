import COTelRuntime
import OTLPProto
import OTelAPI
import OTelWire

/// The series of one stream of asynchronous instruments: what their callbacks observe, once for each reader's
/// collection.
///
/// Observations are totals: they replace each other, and a set of attributes that is not observed is not reported. Sets
/// that differ only in what a view leaves out are added up. For differences, and for the time at which a series began,
/// each reader remembers what it saw.
final class ObservableStream: MetricSource, @unchecked Sendable {
    // Safety: `memories` is touched only under the provider's collection lock, `state` has its own lock, the rest is
    // immutable.

    let info: StreamInfo
    private let state = SpinLocked(State())
    private var memories: [ReaderMemory]

    private struct State {
        var instruments: [ObservableInstrument] = []
        var isEnabled = true
        var isClosed = false
        var ignored = 0
        var hasOverflow = false
        var reported = ReportedProblems()
    }

    /// `isReplacing` says whether the instruments were observed by other streams before.
    init(_ info: StreamInfo, isReplacing: Bool = false) {
        self.info = info
        self.memories = info.plan.readers.map { _ in ReaderMemory(hasPast: isReplacing) }
    }

    /// Totals and last values are seen in what comes instead; what was added since the last collection is not.
    var lastReaders: Set<Int> {
        guard self.info.aggregation != .lastValue else { return [] }
        return Set(self.info.plan.readers.indices.filter { self.info.plan.readers[$0]?.temporality == .delta })
    }

    var isEnabled: Bool { self.state.withLock { $0.isEnabled && !$0.isClosed } }

    func enable(_ isEnabled: Bool) {
        self.state.withLock { $0.isEnabled = isEnabled }
    }

    /// Adds an instrument whose observations the stream gets.
    func add(_ instrument: ObservableInstrument) {
        self.state.withLock { state in
            if !state.instruments.contains(where: { $0 === instrument }) { state.instruments.append(instrument) }
        }
    }

    /// Removes the instruments whose observations go elsewhere from now on.
    func forgetStrangers() {
        self.state.withLock { state in
            state.instruments.removeAll { instrument in !instrument.streams.contains { $0 === self } }
        }
    }

    func collect(_ round: CollectionRound, into output: inout MetricOutput) {
        let filter = round.filter(of: self)
        guard let reader = self.info.plan.reader(round.account), !filter.dropsAll else { return }
        let instruments = self.state.withLock { $0.isClosed || !$0.isEnabled ? [] : $0.instruments }
        var set = ObservedSet(self.info, time: round.time)
        for instrument in instruments {
            for observation in round.observations.buffer(of: instrument)?.observations ?? [] { set.add(observation) }
        }
        set.chooseExemplars()
        let points = self.memories[round.account.index].points(
            of: set.series.filter { series in
                series.attributes.withUnsafeBytes { filter.accepts($0, NumberPoint.attributesTag, self.info) }
            },
            ReaderMemory.Round(
                limit: reader.cardinalityLimit,
                created: self.info.createdAt,
                start: self.info.intervalStart(round.account),
                temporality: reader.temporality,
                arithmetic: set.arithmetic
            )
        )
        let hasOverflow = self.memories[round.account.index].hasOverflow
        self.state.withLock { state in
            state.hasOverflow = state.hasOverflow || hasOverflow
            state.ignored += set.ignored
        }
        self.write(points, reader, time: round.time, into: &output)
    }

    private func write(
        _ points: [ReaderMemory.Point],
        _ reader: ReaderPlan.Reader,
        time: UInt64,
        into output: inout MetricOutput
    ) {
        output.write(
            self.info.head(reader.temporality),
            scope: self.info.scope,
            points.lazy.map { point in
                var number = NumberPoint(
                    attributes: point.attributes,
                    start: min(point.start, time &- 1),
                    time: time,
                    bits: point.bits,
                    isInteger: self.info.instrument.isInteger
                )
                number.exemplars = point.exemplars
                return number
            }
        )
    }

    func reportProblems() {
        let (before, after) = self.state.withLock { state in
            let before = state
            state.reported.overflow = state.hasOverflow
            state.reported.notFinite = state.ignored > 0
            return (before.reported, state.reported)
        }
        if after.overflow && !before.overflow {
            Diagnostics.report(
                .warning,
                "metric \(self.info.label): its callbacks observe more than \(self.info.plan.cardinalityLimit) sets of "
                    + "attributes: further ones are reported together, with the attribute otel.metric.overflow"
            )
        }
        if after.notFinite && !before.notFinite {
            Diagnostics.report(.warning, "metric \(self.info.label): NaN and infinite values are ignored")
        }
    }

    /// Nothing comes but in a collection.
    func stop() {}

    func close() {
        self.state.withLock { state in
            state.isClosed = true
            state.instruments = []
        }
    }

    func resetAfterFork() {
        self.state.resetAfterFork()
        for index in self.memories.indices { self.memories[index] = ReaderMemory() }
    }
}
