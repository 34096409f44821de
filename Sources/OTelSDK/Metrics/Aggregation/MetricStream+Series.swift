import COTelRuntime
import OTelAPI
import OTelWire

/// The series of a stream.
///
/// At the limit, further sets of attributes share one series more.
struct StreamState {
    /// What the hashes of this stream start from.
    let salt: OTelAttributeHash
    /// The number of the series without attributes.
    let emptyNumber: UInt64
    private var index = SeriesIndex()
    /// In the order of their first measurement.
    private(set) var series: [MetricSeries] = []
    var overflow: MetricSeries?
    /// Bound forms that differ from their series, by the hash of all their attributes.
    var boundForms: [OTelAttributeHash: BoundForm] = [:]
    var isClosed = false
    /// What was reported already.
    var reported = ReportedProblems()

    init(salt: OTelAttributeHash, emptyNumber: UInt64 = DirectCells.makeNumber()) {
        self.salt = salt
        self.emptyNumber = emptyNumber
    }

    /// The same without series.
    func emptied(isClosed: Bool) -> StreamState {
        var state = StreamState(salt: self.salt, emptyNumber: self.emptyNumber)
        state.isClosed = isClosed
        state.reported = self.reported
        return state
    }

    func series(_ hash: OTelAttributeHash) -> MetricSeries? {
        self.index.place(hash, in: self.series).map { self.series[$0] }
    }

    mutating func add(_ series: MetricSeries) {
        self.series.append(series)
        self.index.insertLast(of: self.series)
    }

    /// All series, the overflow last.
    var all: [MetricSeries] { self.overflow.map { self.series + [$0] } ?? self.series }
}

// What happens when a thread meets a series for the first time.
extension MetricStream {
    @inline(never)
    final func missingCell(
        _ thread: UnsafeMutablePointer<cotel_thread>,
        _ hash: OTelAttributeHash,
        _ attributes: OTelAttributes
    ) -> MetricCell? {
        ThreadCells.sweep(thread)
        guard let series = self.series(hash, attributes) else { return self.refuse() }
        return self.hashedCell(thread, series)
    }

    /// The cell of a series that was found otherwise than by its hash: the overflow is known to the thread under a hash
    /// of its own, so that its table does not grow.
    private final func hashedCell(_ thread: UnsafeMutablePointer<cotel_thread>, _ series: MetricSeries) -> MetricCell? {
        if let cell = ThreadCells.find(thread, series.hash) { return cell }
        let cell = self.state.withLock { state in
            state.isClosed ? nil : series.makeCell(self)
        }
        guard let cell else { return self.refuse() }
        ThreadCells.insert(thread, series.hash, cell)
        return cell
    }

    /// The cell for no attributes.
    @inline(never)
    final func missingEmptyCell() -> MetricCell? {
        let thread = cotel_thread_get()
        let salt = self.salt
        guard salt.high != 0 else { return self.refuse() }
        ThreadCells.sweep(thread)
        guard let series = self.series(salt, [:]) else { return self.refuse() }
        return self.directCell(thread, series)
    }

    /// The cell of a series that an instrument is bound to.
    @inline(never)
    final func missingCell(of series: MetricSeries) -> MetricCell? {
        let thread = cotel_thread_get()
        guard self.isOpen else { return self.refuse() }
        ThreadCells.sweep(thread)
        return self.directCell(thread, series)
    }

    private final func directCell(_ thread: UnsafeMutablePointer<cotel_thread>, _ series: MetricSeries) -> MetricCell? {
        guard let cell = self.hashedCell(thread, series) else { return nil }
        if DirectCells.find(thread, series.number) == nil { DirectCells.insert(thread, series.number, cell) }
        return cell
    }

    /// Whether a measurement that has no cell by its hash is done with: nothing is taken at the moment.
    @inline(never)
    final var isRefusing: Bool {
        guard !self.isOpen else { return false }
        _ = self.refuse()
        return true
    }

    private enum Lookup {
        case found(MetricSeries)
        case full(overflow: MetricSeries?)
        case new
        case closed
    }

    /// The one series for these attributes, of which the kept ones have the hash, whichever thread asks.
    final func series(_ hash: OTelAttributeHash, _ attributes: OTelAttributes) -> MetricSeries? {
        let (lookup, isEmpty, emptyNumber) = self.state.withLock { state in
            (self.lookUp(hash, state), hash == state.salt, state.emptyNumber)
        }
        switch lookup {
        case .found(let series):
            return self.isSame(series, attributes) ? series : self.overflowSeries()
        case .full(let overflow): return overflow ?? self.overflowSeries()
        case .new:
            let number = isEmpty ? emptyNumber : DirectCells.makeNumber()
            return self.newSeries(
                self.makeSeries(SeriesKey(hash: hash, attributes: self.encoded(attributes), number: number))
            )
        case .closed: return nil
        }
    }

    /// The attributes that tell series apart, as a point has them.
    private final func encoded(_ attributes: OTelAttributes) -> [UInt8] {
        let filter = self.info.configuration.attributes
        return (filter.keepsAll ? attributes : filter.kept(of: attributes)).canonicalBytes(self.attributesTag)
    }

    private final func lookUp(_ hash: OTelAttributeHash, _ state: StreamState) -> Lookup {
        if state.isClosed { return .closed }
        if let series = state.series(hash) { return .found(series) }
        return state.series.count < self.info.plan.cardinalityLimit ? .new : .full(overflow: state.overflow)
    }

    /// Two sets of one hash are not to be expected in the life of the universe; if it happens, no total is wrong.
    private final func isSame(_ series: MetricSeries, _ attributes: OTelAttributes) -> Bool {
        series.attributes.elementsEqual(self.encoded(attributes))
    }

    private final func newSeries(_ candidate: MetricSeries) -> MetricSeries? {
        let series = self.state.withLock { state -> MetricSeries? in
            // Another thread may have been faster.
            switch self.lookUp(candidate.hash, state) {
            case .found(let series): return series
            case .full, .closed: return nil
            case .new:
                candidate.open(self.isQuick)
                state.add(candidate)
                return candidate
            }
        }
        return series ?? self.overflowSeries()
    }

    /// `otel.metric.overflow = true`, for all the sets beyond the limit.
    private final func overflowSeries() -> MetricSeries? {
        let (known, salt) = self.state.withLock { ($0.isClosed ? nil : $0.overflow, $0.salt) }
        if let known { return known }
        // Not the hash of the attributes: somebody may record them as they are.
        let key = SeriesKey(
            hash: OTelAttributeHash(high: ~salt.high, low: cotel_mix(~salt.high, salt.low | 1)),
            attributes: CardinalityLimit.overflowAttributes.canonicalBytes(self.attributesTag),
            number: DirectCells.makeNumber()
        )
        let candidate = self.makeSeries(key)
        return self.state.withLock { state in
            guard !state.isClosed else { return nil }
            if state.overflow == nil {
                candidate.open(self.isQuick)
                state.overflow = candidate
            }
            return state.overflow
        }
    }

    /// The series that a bound instrument records to from now on.
    private final func boundSeries(_ attributes: OTelAttributes) -> MetricSeries? {
        let hash = self.state.withLock({ $0.salt }) + self.keptHash(attributes)
        guard let series = self.series(hash, attributes) else { return nil }
        self.state.withLock { _ in series.isBound = true }
        return series
    }

    /// What an instrument bound to these attributes records to: the series, or where exemplars need to know of
    /// attributes that the series does not have, a form of its own, as long as there are few of them.
    final func boundForm(_ attributes: OTelAttributes) -> OTelBoundBackend? {
        guard let series = self.boundSeries(attributes) else { return nil }
        let plan = self.info.exemplars
        let filter = self.info.configuration.attributes
        guard plan.filter != .alwaysOff, plan.custom != nil || !filter.left(of: attributes).isEmpty else {
            return series
        }
        let hash = attributes.contentHash
        return self.state.withLock { state in
            if let known = state.boundForms[hash] { return known }
            guard state.boundForms.count < self.info.plan.cardinalityLimit else { return series }
            let form = BoundForm(series, attributes)
            state.boundForms[hash] = form
            return form
        }
    }
}

/// The bound on the series of one stream (`specification/metrics/sdk.md`, "Cardinality limits").
enum CardinalityLimit {
    static let standard = 2000
    static let overflowAttributes: OTelAttributes = ["otel.metric.overflow": true]

    static func check(_ limit: Int, _ setting: String) throws(ConfigError) {
        guard !(1...1_000_000).contains(limit) else { return }
        throw ConfigError(setting: setting, value: "\(limit)", expected: "a number from 1 to 1000000")
    }
}
