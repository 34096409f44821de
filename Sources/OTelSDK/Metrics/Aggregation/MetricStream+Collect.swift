import COTelRuntime
import OTLPProto
import OTelAPI
import OTelWire

/// One point to be written: whose it is and where its value stands.
struct SeriesPoint {
    let series: Unmanaged<MetricSeries>
    let accumulator: UnsafeMutablePointer<UInt64>
}

/// What the points of one metric have in common.
struct PointWindow {
    var head: MetricHead
    var scope: UInt32
    var slot: Int
    /// The beginning of what delta points cover; nil for cumulative ones, which each have their own.
    var start: UInt64?
    var time: UInt64

    /// Before the end even where everything happened after the collection had begun: no window is empty.
    func start(of series: MetricSeries) -> UInt64 {
        min(self.start ?? series.start, self.time &- 1)
    }

    /// A measurement counts in the points of the collection that finds it and is dated accordingly, be it that it was
    /// made after that had begun, or that it became an example when the one before was just over.
    func exemplars(of series: MetricSeries) -> [ExemplarPoint] {
        let start = self.start(of: series)
        return (series.exemplars?.kept(self.slot) ?? []).map { entry in
            var exemplar = entry.exemplar
            exemplar.time = max(start &+ 1, min(exemplar.time, self.time))
            return exemplar
        }
    }
}

extension MetricStream: MetricSource {
    final func collect(_ round: CollectionRound, into output: inout MetricOutput) {
        guard let reader = self.info.plan.reader(round.account) else { return }
        let all = self.state.withLock { $0.all }
        let time = round.time(of: self)
        self.drain(all, time: time)
        let filter = round.filter(of: self)
        if !filter.dropsAll {
            let window = PointWindow(
                head: self.info.head(reader.temporality),
                scope: self.info.scope,
                slot: reader.slot,
                start: reader.temporality == .delta ? self.info.intervalStart(round.account) : nil,
                time: time
            )
            self.withPoints(filter.apply(all, self), reader) { self.write($0, window, into: &output) }
        }
        guard reader.temporality == .delta else { return }
        for series in all {
            self.clear(series.accumulator(reader.slot))
            series.exemplars?.forget(reader.slot)
        }
    }

    /// Moves what the threads have recorded to the accumulators of all readers.
    private final func drain(_ all: [MetricSeries], time: UInt64) {
        let scratch = UnsafeMutablePointer<UInt64>.allocate(capacity: self.accumulatorWords)
        scratch.initialize(repeating: 0, count: self.accumulatorWords)
        self.prepare(accumulator: scratch)
        defer {
            self.release(accumulator: scratch)
            scratch.deallocate()
        }
        for series in all {
            // One series at a time: a thread that meets a new series waits for tens of nanoseconds.
            let exemplars = self.state.withLock { _ in
                self.drain(series, scratch)
                // The start that is told now is told for good.
                series.start = min(series.start, time &- 1)
                return series.exemplars
            }
            guard let exemplars else { continue }
            let taken = exemplars.take(self.info.left)
            for slot in 0..<self.info.plan.slotCount { exemplars.keep(taken, slot) }
        }
    }

    private final func drain(_ series: MetricSeries, _ scratch: UnsafeMutablePointer<UInt64>) {
        if series.isCollectedFirst(), self.countsZeros { self.markAsNew(series) }
        series.forEachCell { cell in
            self.clear(scratch)
            self.take(cell, into: scratch)
            guard scratch[0] != 0 else { return }
            for slot in 0..<self.info.plan.slotCount { self.merge(scratch, into: series.accumulator(slot)) }
        }
    }

    /// A series to which nothing but zeros was added has a point, too.
    private final func markAsNew(_ series: MetricSeries) {
        for slot in 0..<self.info.plan.slotCount { series.accumulator(slot)[0] = 1 }
    }

    /// The points of a reader: all series, or for differences those with something new; beyond a limit of its own that
    /// is lower than other readers', folded into the overflow.
    private final func withPoints(
        _ all: [MetricSeries],
        _ reader: ReaderPlan.Reader,
        _ body: ([SeriesPoint]) -> Void
    ) {
        let points = all.compactMap { self.point($0, reader) }
        guard reader.cardinalityLimit < min(self.info.plan.cardinalityLimit, points.count) else { return body(points) }
        let overflow = self.fold(points[reader.cardinalityLimit...], reader)
        let folded = SeriesPoint(series: .passUnretained(overflow), accumulator: overflow.accumulator(reader.slot))
        body(points[..<reader.cardinalityLimit] + [folded])
        withExtendedLifetime(overflow) {}
    }

    /// A series that holds what the points do together.
    private final func fold(_ points: ArraySlice<SeriesPoint>, _ reader: ReaderPlan.Reader) -> MetricSeries {
        let overflow = self.makeSeries(
            SeriesKey(
                hash: OTelAttributeHash(),
                attributes: CardinalityLimit.overflowAttributes.canonicalBytes(self.attributesTag),
                number: DirectCells.none
            )
        )
        var exemplars: [SeriesExemplars.Entry] = []
        for point in points {
            self.merge(point.accumulator, into: overflow.accumulator(reader.slot))
            point.series._withUnsafeGuaranteedRef { series in
                overflow.start = min(overflow.start, series.start)
                exemplars += series.exemplars?.kept(reader.slot) ?? []
            }
        }
        if !exemplars.isEmpty { overflow.exemplars = SeriesExemplars(kept: exemplars, slot: reader.slot) }
        return overflow
    }

    private final func point(_ series: MetricSeries, _ reader: ReaderPlan.Reader) -> SeriesPoint? {
        let accumulator = series.accumulator(reader.slot)
        guard accumulator[0] != 0 else { return nil }
        return SeriesPoint(series: .passUnretained(series), accumulator: accumulator)
    }

    final func close() {
        self.stop()
        let all = self.state.withLock { state -> [MetricSeries] in
            let all = state.all
            all.forEach { $0.releaseCells() }
            state = state.emptied(isClosed: true)
            return all
        }
        // The series are freed here, outside the lock, unless a collection or a bound instrument still has them.
        if !all.isEmpty { ThreadCells.streamEnded() }
    }

    final func resetAfterFork() {
        self.state.resetAfterFork()
        self.state.withLock { state in
            // The parent's threads may have been at work inside: what they left is leaked, not freed.
            let old = state
            _ = Unmanaged.passRetained(Leaked(old))
            let isOpen = self.isOpen
            state = old.emptied(isClosed: old.isClosed)
            state.boundForms = old.boundForms
            for series in old.series where series.isBound {
                series.restartAfterFork(self)
                state.add(series)
            }
            if let overflow = old.overflow, overflow.isBound {
                overflow.restartAfterFork(self)
                state.overflow = overflow
            }
            self.open(isOpen, state)
        }
    }

    private final class Leaked {
        let state: StreamState
        init(_ state: StreamState) { self.state = state }
    }
}
