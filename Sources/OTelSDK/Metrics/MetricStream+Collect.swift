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
    /// The beginning of what delta points cover; nil for cumulative ones, which each have their own.
    var start: UInt64?
    var time: UInt64

    func start(of series: MetricSeries) -> UInt64 {
        min(self.start ?? series.start, self.time)
    }
}

extension MetricStream: MetricSource {
    final func observe() -> ObservationBuffer? { nil }

    final func collect(
        _ account: MetricReaderAccount,
        time: UInt64,
        observed: ObservationBuffer?,
        into output: inout MetricOutput
    ) {
        guard let reader = self.info.plan.reader(account) else { return }
        let all = self.state.withLock { $0.all }
        self.drain(all)
        let window = PointWindow(
            head: self.info.head(reader.temporality),
            scope: self.info.scope,
            start: reader.temporality == .delta ? self.info.intervalStart(account) : nil,
            time: time
        )
        self.withPoints(all, reader) { self.write($0, window, into: &output) }
        guard reader.temporality == .delta else { return }
        for series in all { self.clear(series.accumulator(reader.slot)) }
    }

    /// Moves what the threads have recorded to the accumulators of all readers.
    private final func drain(_ all: [MetricSeries]) {
        let scratch = UnsafeMutablePointer<UInt64>.allocate(capacity: self.accumulatorWords)
        defer { scratch.deallocate() }
        for series in all {
            // One series at a time: a thread that meets a new series waits for tens of nanoseconds.
            self.state.withLock { _ in
                if series.isCollectedFirst(), self.countsZeros { self.markAsNew(series) }
                series.forEachCell { cell in
                    self.clear(scratch)
                    self.take(cell, into: scratch)
                    guard scratch[0] != 0 else { return }
                    for slot in 0..<self.info.plan.slotCount { self.merge(scratch, into: series.accumulator(slot)) }
                }
            }
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
        let limit = min(reader.cardinalityLimit, all.count)
        var points = all[..<limit].compactMap { self.point($0, reader) }
        let rest = all[limit...].compactMap { self.point($0, reader) }
        guard reader.cardinalityLimit < self.info.plan.cardinalityLimit, let first = rest.first else {
            return body(points + rest)
        }
        let overflow = self.makeSeries(
            first.series.takeUnretainedValue().hash,
            CardinalityLimit.overflowAttributes.canonicalBytes(self.attributesTag)
        )
        let folded = overflow.accumulator(reader.slot)
        for point in rest {
            self.merge(point.accumulator, into: folded)
            overflow.start = min(overflow.start, point.series._withUnsafeGuaranteedRef { $0.start })
        }
        points.append(SeriesPoint(series: .passUnretained(overflow), accumulator: folded))
        withExtendedLifetime(overflow) { body(points) }
    }

    private final func point(_ series: MetricSeries, _ reader: ReaderPlan.Reader) -> SeriesPoint? {
        let accumulator = series.accumulator(reader.slot)
        guard accumulator[0] != 0 else { return nil }
        return SeriesPoint(series: .passUnretained(series), accumulator: accumulator)
    }

    final func close() {
        self.closeWords()
        let all = self.state.withLock { state -> [MetricSeries] in
            let all = state.all
            all.forEach { $0.releaseCells() }
            state = StreamState(isClosed: true, reported: state.reported)
            return all
        }
        // The series are freed here, outside the lock.
        if !all.isEmpty { ThreadCells.streamEnded() }
    }

    final func resetAfterFork() {
        self.state.resetAfterFork()
        self.state.withLock { state in
            // The parent's threads may have been at work inside: what they left is leaked, not freed.
            let old = state
            _ = Unmanaged.passRetained(Leaked(old))
            state = StreamState(isClosed: old.isClosed, reported: old.reported)
            for series in old.series where series.isBound {
                series.restartAfterFork(self)
                state.add(series)
            }
            if let overflow = old.overflow, overflow.isBound {
                overflow.restartAfterFork(self)
                state.overflow = overflow
            }
        }
    }

    private final class Leaked {
        let state: StreamState
        init(_ state: StreamState) { self.state = state }
    }
}
