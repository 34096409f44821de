import COTelRuntime
import OTelAPI
import OTelWire

/// The series of a stream.
///
/// At the limit, further sets of attributes share one series more.
struct StreamState {
    private var index = SeriesIndex()
    /// In the order of their first measurement.
    private(set) var series: [MetricSeries] = []
    var overflow: MetricSeries?
    var isClosed = false
    /// What was reported already.
    var reported = ReportedProblems()

    init() {}

    /// A closed stream has no series any more.
    init(isClosed: Bool, reported: ReportedProblems) {
        self.isClosed = isClosed
        self.reported = reported
    }

    func series(_ hash: AttributeHash) -> MetricSeries? {
        self.index.place(hash).map { self.series[$0] }
    }

    mutating func add(_ series: MetricSeries) {
        self.index.insert(series.hash, place: self.series.count)
        self.series.append(series)
    }

    /// All series, the overflow last.
    var all: [MetricSeries] { self.overflow.map { self.series + [$0] } ?? self.series }
}

// What happens when a thread meets a series for the first time.
extension MetricStream {
    @inline(never)
    final func missingCell(
        _ thread: UnsafeMutablePointer<cotel_thread>,
        _ hash: AttributeHash,
        _ attributes: OTelAttributes
    ) -> MetricCell? {
        ThreadCells.sweep(thread)
        guard let series = self.series(hash, attributes) else { return nil }
        // The overflow series: known to the thread under a hash of its own, so that its table does not grow.
        if series.hash != hash, let cell = ThreadCells.find(thread, series.hash) { return cell }
        return self.missingCell(thread, series)
    }

    @inline(never)
    final func missingCell(_ thread: UnsafeMutablePointer<cotel_thread>, _ series: MetricSeries) -> MetricCell? {
        let cell = self.state.withLock { state in
            state.isClosed ? nil : series.makeCell(self)
        }
        if let cell { ThreadCells.insert(thread, series.hash, cell) }
        return cell
    }

    private enum Lookup {
        case found(MetricSeries)
        case full(overflow: MetricSeries?)
        case new
        case closed
    }

    /// The one series for these attributes, whichever thread asks.
    final func series(_ hash: AttributeHash, _ attributes: OTelAttributes) -> MetricSeries? {
        switch self.state.withLock({ self.lookUp(hash, $0) }) {
        case .found(let series): self.isSame(series, attributes) ? series : self.overflowSeries()
        case .full(let overflow): overflow ?? self.overflowSeries()
        case .new: self.newSeries(self.makeSeries(hash, attributes.canonicalBytes(self.attributesTag)))
        case .closed: nil
        }
    }

    private final func lookUp(_ hash: AttributeHash, _ state: StreamState) -> Lookup {
        if state.isClosed { return .closed }
        if let series = state.series(hash) { return .found(series) }
        return state.series.count < self.info.plan.cardinalityLimit ? .new : .full(overflow: state.overflow)
    }

    /// Two sets of one hash are not to be expected in the life of the universe; if it happens, no total is wrong.
    private final func isSame(_ series: MetricSeries, _ attributes: OTelAttributes) -> Bool {
        series.attributes == attributes.canonicalBytes(self.attributesTag)
    }

    private final func newSeries(_ candidate: MetricSeries) -> MetricSeries? {
        let series = self.state.withLock { state -> MetricSeries? in
            // Another thread may have been faster.
            switch self.lookUp(candidate.hash, state) {
            case .found(let series): return series
            case .full, .closed: return nil
            case .new:
                state.add(candidate)
                return candidate
            }
        }
        return series ?? self.overflowSeries()
    }

    /// `otel.metric.overflow = true`, for all the sets beyond the limit.
    private final func overflowSeries() -> MetricSeries? {
        let known = self.state.withLock { $0.isClosed ? nil : $0.overflow }
        if let known { return known }
        let seed = self.seed
        guard seed != 0 else { return nil }
        let attributes = CardinalityLimit.overflowAttributes
        // Not the hash of the attributes: somebody may record them as they are.
        let hash = AttributeHash(high: ~seed, low: cotel_mix(~seed, seed | 1))
        let candidate = self.makeSeries(hash, attributes.canonicalBytes(self.attributesTag))
        return self.state.withLock { state in
            guard !state.isClosed else { return nil }
            if state.overflow == nil { state.overflow = candidate }
            return state.overflow
        }
    }

    /// The series that a bound instrument records to from now on.
    final func boundSeries(_ attributes: OTelAttributes) -> MetricSeries? {
        let seed = self.seed
        guard seed != 0, let series = self.series(attributes.contentHash(seed: seed), attributes) else { return nil }
        self.state.withLock { _ in series.isBound = true }
        return series
    }
}

/// The bound on the series of one stream (`specification/metrics/sdk.md`, "Cardinality limits").
enum CardinalityLimit {
    static let overflowAttributes: OTelAttributes = ["otel.metric.overflow": true]
}
