import COTelRuntime
import OTLPProto
import OTelAPI
import OTelWire

/// The series of one stream of synchronous instruments.
///
/// Recording finds the calling thread's cell of a series and writes to it: no lock, no allocation, no memory shared with
/// another thread. Everything else is in `MetricStream+Series` (a thread sees a series for the first time),
/// `MetricStream+Exemplars` and `MetricStream+Collect`. Subclasses bring one aggregation each.
class MetricStream: OTelInstrumentBackend, @unchecked Sendable {
    // Safety: `words` are atomic, `state` has its own lock, the rest is immutable.

    final let info: StreamInfo
    final let state: SpinLocked<StreamState>
    private final let words: UnsafeMutablePointer<UInt64>
    /// Bits of the state of contexts with which a measurement may have to become an exemplar.
    private final let sampleMask: UInt32
    /// Whether the hash of a measurement's attributes is all that is needed of them.
    private final let isPlain: Bool

    private enum Word {
        /// The number of the series without attributes; `DirectCells.none` when nothing is taken.
        static let gate = 0
        /// What hashes start from, so that streams don't share cells; 0 when nothing is taken.
        static let saltHigh = 1
        static let saltLow = 2
        /// The same as `saltHigh`; 0 when attributes are needed themselves.
        static let plainSalt = 3
        /// Measurements refused for being negative.
        static let negative = 4
        /// Measurements refused for being NaN or infinite.
        static let notFinite = 5
        /// Measurements after the stream was closed.
        static let late = 6
        /// Numbers the measurements of a gauge; on a cache line of its own.
        static let order = 8
        static let count = 16
    }

    /// Stands for a context in which anything becomes an exemplar.
    private static let anyContext: UInt32 = 0x100

    init(_ info: StreamInfo) {
        self.info = info
        self.words = UnsafeMutableRawPointer.allocate(byteCount: Word.count * 8, alignment: 64)
            .bindMemory(to: UInt64.self, capacity: Word.count)
        self.words.initialize(repeating: 0, count: Word.count)
        let thread = cotel_thread_get()
        self.state = SpinLocked(
            StreamState(salt: OTelAttributeHash(high: cotel_random(thread) | 1, low: cotel_random(thread)))
        )
        self.sampleMask =
            switch info.exemplars.filter {
            case .alwaysOff: 0
            case .traceBased: UInt32(COTEL_CONTEXT_CURRENT)
            case .alwaysOn: Self.anyContext
            }
        self.isPlain = info.configuration.attributes.keepsAll && info.exemplars.custom == nil
        super.init()
        self.enable(true)
    }

    deinit {
        for series in self.state.withLock({ $0.all }) {
            series.releaseCells()
            series.releaseAccumulators(self)
        }
        UnsafeMutableRawPointer(self.words).deallocate()
    }

    override final var isEnabled: Bool { self.isOpen }

    override final func bind(_ attributes: OTelAttributes) -> OTelBoundBackend? { self.boundForm(attributes) }

    /// The calling thread's cell for these attributes; nil when the measurement is not wanted.
    @inline(__always)
    final func cell(_ attributes: OTelAttributes) -> MetricCell? {
        let thread = cotel_thread_get()
        let salt = self.salt
        guard _fastPath(salt.high != 0 && Self.isRecording(thread)) else { return self.refuse(thread) }
        let hash = salt + (self.isPlain ? attributes.contentHash : self.keptHash(attributes))
        return ThreadCells.find(thread, hash) ?? self.missingCell(thread, hash, attributes)
    }

    /// The calling thread's cell for the attributes of a hash; nil when the thread has none.
    @inline(__always)
    final func cell(_ hash: OTelAttributeHash) -> MetricCell? {
        let thread = cotel_thread_peek()
        let salt = cotel_load64_relaxed(self.words + Word.plainSalt)
        guard _fastPath(salt != 0 && Self.isRecording(thread)) else { return nil }
        let low = cotel_load64_relaxed(self.words + Word.saltLow)
        return ThreadCells.find(thread, hash + OTelAttributeHash(high: salt, low: low))
    }

    /// The calling thread's cell for no attributes.
    @inline(__always)
    final func cell() -> MetricCell? {
        let thread = cotel_thread_peek()
        guard _fastPath(Self.isRecording(thread)) else { return nil }
        return DirectCells.find(thread, cotel_load64_relaxed(self.words + Word.gate)) ?? self.missingEmptyCell()
    }

    /// The calling thread's cell of a series.
    @inline(__always)
    final func cell(_ series: MetricSeries) -> MetricCell? {
        let thread = cotel_thread_peek()
        guard _fastPath(Self.isRecording(thread)) else { return nil }
        return DirectCells.find(thread, series.gate) ?? self.missingCell(of: series)
    }

    /// Offers a measurement that was just taken as an example, if it may be one.
    @inline(__always)
    final func sample(_ value: MeasuredValue, range: Int = 0, _ cell: MetricCell, _ attributes: OTelAttributes) {
        if (cotel_context_state() | Self.anyContext) & self.sampleMask != 0 {
            self.sampleInContext(value, range, cell, attributes)
        }
    }

    /// Whether neither the thread nor the current context has telemetry turned off.
    @inline(__always)
    static func isRecording(_ thread: UnsafeMutablePointer<cotel_thread>) -> Bool {
        !cotel_records_nothing(thread) && !(cotel_suppression_used() && Self.isSuppressed())
    }

    @inline(never)
    private static func isSuppressed() -> Bool { CurrentContext.isSuppressed }

    /// What hashes start from; high is 0 when nothing is taken.
    @inline(__always)
    final var salt: OTelAttributeHash {
        OTelAttributeHash(
            high: cotel_load64_relaxed(self.words + Word.saltHigh),
            low: cotel_load64_relaxed(self.words + Word.saltLow)
        )
    }

    /// Whether measurements are taken.
    final var isOpen: Bool { self.salt.high != 0 }

    /// A number greater than that of every measurement which happened before.
    @inline(__always)
    final func nextOrder() -> UInt64 { cotel_add64(self.words + Word.order, 1) &+ 1 }

    @inline(never)
    private final func keptHash(_ attributes: OTelAttributes) -> OTelAttributeHash {
        let filter = self.info.configuration.attributes
        return filter.keepsAll ? attributes.contentHash : attributes.contentHash { filter.keeps($0) }
    }

    /// Counts a measurement that came too late.
    @inline(never)
    final func refuse(_ thread: UnsafeMutablePointer<cotel_thread>) -> MetricCell? {
        if Self.isRecording(thread), self.state.withLock({ $0.isClosed }) { _ = cotel_add64(self.words + Word.late, 1) }
        return nil
    }

    /// Counts a measurement that the aggregation cannot take.
    @inline(never)
    final func refuse(_ value: Double) {
        _ = cotel_add64(self.words + (value.isFinite ? Word.negative : Word.notFinite), 1)
    }

    /// Measurements that were not taken, by reason.
    final var refused: (negative: Int, notFinite: Int, late: Int) {
        (self.count(Word.negative), self.count(Word.notFinite), self.count(Word.late))
    }

    private final func count(_ word: Int) -> Int {
        Int(truncatingIfNeeded: cotel_load64_relaxed(self.words + word))
    }

    /// Takes measurements, or not, unless the stream is closed.
    final func enable(_ isEnabled: Bool) {
        self.state.withLock { state in self.open(isEnabled && !state.isClosed, state) }
    }

    /// Takes measurements from now on, or not; under the lock.
    final func open(_ isOpen: Bool, _ state: StreamState) {
        cotel_store64(self.words + Word.saltLow, state.salt.low)
        cotel_store64(self.words + Word.saltHigh, isOpen ? state.salt.high : 0)
        cotel_store64(self.words + Word.plainSalt, isOpen && self.isPlain ? state.salt.high : 0)
        cotel_store64(self.words + Word.gate, isOpen ? state.emptyNumber : DirectCells.none)
        for series in state.all { series.open(isOpen) }
    }

    // What an aggregation brings.

    /// Words of a cell beyond its header.
    var cellWords: Int { 0 }
    /// Words of what is kept for each slot of readers.
    var accumulatorWords: Int { 0 }
    /// Whether recording zero is worth a point.
    var countsZeros: Bool { false }
    /// The tag of attributes in a point.
    var attributesTag: UInt8 { 0 }
    func makeSeries(_ key: SeriesKey) -> MetricSeries { MetricSeries(key, parent: self) }
    /// Prepares a new cell, whose words are zero.
    func prepare(_ cell: MetricCell) {}
    /// Prepares a new accumulator, whose words are zero.
    func prepare(accumulator: UnsafeMutablePointer<UInt64>) { self.clear(accumulator) }
    /// Empties an accumulator; word 0 becomes 0.
    func clear(_ accumulator: UnsafeMutablePointer<UInt64>) {}
    /// Lets go of what an accumulator refers to.
    func release(accumulator: UnsafeMutablePointer<UInt64>) {}
    /// Moves what a cell holds to an empty accumulator, whose word 0 then says whether there was anything.
    func take(_ cell: MetricCell, into accumulator: UnsafeMutablePointer<UInt64>) {}
    /// Adds one accumulator to another.
    func merge(_ from: UnsafeMutablePointer<UInt64>, into accumulator: UnsafeMutablePointer<UInt64>) {}
    /// Writes points from accumulators.
    func write(_ points: [SeriesPoint], _ window: PointWindow, into output: inout MetricOutput) {}
}
