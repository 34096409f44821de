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
    /// A measurement may become an exemplar when these flags of the current span are others than `unsampledFlags`.
    private final let sampleFlags: UInt64
    private final let unsampledFlags: UInt64
    /// Bits of the state of contexts with which the current context has to be looked at.
    final let attention: UInt32
    /// Whether the hash of a measurement's attributes is all that is needed of them.
    private final let isPlain: Bool
    /// The number of the series without attributes.
    private final let emptyNumber: UInt64

    private enum Word {
        /// For the quick way: the number of the series without attributes; `DirectCells.none` when it is closed.
        static let gate = 0
        /// What hashes start from, so that streams don't share cells; 0 when nothing is taken.
        static let saltHigh = 1
        static let saltLow = 2
        /// For the quick way: the same as `saltHigh`; something else when it is closed.
        static let quickSalt = 3
        /// Whether the stream is closed, for good.
        static let closed = 4
        /// Numbers the measurements of a gauge; on a cache line of its own.
        static let order = 8
        /// Measurements refused for being negative.
        static let negative = 16
        /// Measurements refused for being NaN or infinite.
        static let notFinite = 17
        /// Measurements after the stream was closed.
        static let late = 18
        static let count = 24
    }

    /// Whether nothing needs attention: neither the thread's state nor, as far as `attention` tells, the context.
    @inline(__always)
    static func isQuiet(_ thread: UnsafeMutablePointer<cotel_thread>, _ attention: UInt8) -> Bool {
        !cotel_records_nothing(thread) && UInt8(truncatingIfNeeded: cotel_context_state()) & attention == 0
    }

    init(_ info: StreamInfo) {
        self.info = info
        self.words = UnsafeMutableRawPointer.allocate(byteCount: Word.count * 8, alignment: 64)
            .bindMemory(to: UInt64.self, capacity: Word.count)
        self.words.initialize(repeating: 0, count: Word.count)
        let thread = cotel_thread_get()
        let state = StreamState(salt: OTelAttributeHash(high: cotel_random(thread) | 1, low: cotel_random(thread)))
        self.state = SpinLocked(state)
        self.emptyNumber = state.emptyNumber
        let sampled = UInt64(OTelTraceFlags.sampled.rawValue)
        (self.sampleFlags, self.unsampledFlags) =
            switch info.exemplars.filter {
            case .alwaysOff: (0, 0)
            case .traceBased: (sampled, 0)
            case .alwaysOn: (0, sampled)
            }
        self.attention = UInt32(
            info.exemplars.filter == .traceBased
                ? COTEL_CONTEXT_SUPPRESSED | COTEL_CONTEXT_CURRENT : COTEL_CONTEXT_SUPPRESSED
        )
        self.isPlain = info.configuration.attributes.keepsAll && info.exemplars.custom == nil
        super.init()
        self.enable(true)
    }

    deinit {
        // Without series: each retains the stream until `close`.
        UnsafeMutableRawPointer(self.words).deallocate()
    }

    override final var isEnabled: Bool { self.isOpen }

    override final func bind(_ attributes: OTelAttributes) -> OTelBoundBackend? { self.boundForm(attributes) }

    /// The calling thread's cell for no attributes, if there is nothing else to look at; nil means to take the long way.
    ///
    /// A quick way has no call in it but that of the long way at its end, hence no stack frame (118 -> 40 instructions,
    /// `Scripts/bench counter.bound`).
    @inline(__always)
    final func quickCell() -> MetricCell? {
        DirectCells.quickFind(cotel_load64_relaxed(self.words + Word.gate), attention: Self.suppression)
    }

    /// The same for the attributes of a hash.
    @inline(__always)
    final func quickCell(_ hash: OTelAttributeHash) -> MetricCell? {
        let salt = OTelAttributeHash(
            high: cotel_load64_relaxed(self.words + Word.quickSalt),
            low: cotel_load64_relaxed(self.words + Word.saltLow)
        )
        return ThreadCells.quickFind(hash + salt, attention: Self.suppression)
    }

    /// The flags of the current span, 0 when nobody has to know them; nil when nothing is recorded in this context.
    @inline(__always)
    final func attend() -> UInt64? {
        if cotel_records_nothing(cotel_thread_peek()) { return nil }
        if cotel_context_state() & self.attention == 0 { return 0 }
        let flags = CurrentContext.spanFlags
        return flags & OTelSpan.suppressedFlag == 0 ? flags : nil
    }

    @inline(__always)
    private static var suppression: UInt8 { UInt8(COTEL_CONTEXT_SUPPRESSED) }

    /// Ends the quick way: offers a measurement that was just taken as an example, if the context asks for it.
    @inline(__always)
    final func sampleQuickly(_ value: MeasuredValue, range: Int = 0, _ cell: MetricCell) -> Bool {
        cotel_context_state() & self.attention & ~UInt32(Self.suppression) == 0 || self.sampleBySpan(value, range, cell)
    }

    @inline(never)
    private final func sampleBySpan(_ value: MeasuredValue, _ range: Int, _ cell: MetricCell) -> Bool {
        if CurrentContext.spanFlags & self.sampleFlags != 0 { self.offer(value, range, cell, OTelAttributes()) }
        return true
    }

    /// The calling thread's cell for these attributes; nil when nothing is taken.
    @inline(__always)
    final func cell(_ attributes: OTelAttributes) -> MetricCell? {
        let thread = cotel_thread_get()
        let salt = self.salt
        guard _fastPath(salt.high != 0) else { return self.refuse() }
        let hash = salt + (self.isPlain ? attributes.contentHash : self.keptHash(attributes))
        return ThreadCells.find(thread, hash) ?? self.missingCell(thread, hash, attributes)
    }

    /// The calling thread's cell for the attributes of a hash; nil when the thread has none.
    @inline(__always)
    final func cell(_ hash: OTelAttributeHash) -> MetricCell? {
        let salt = self.salt
        guard self.isPlain, salt.high != 0 else { return nil }
        return ThreadCells.find(cotel_thread_peek(), hash + salt)
    }

    /// The calling thread's cell for no attributes.
    @inline(__always)
    final func cell() -> MetricCell? {
        guard self.isOpen else { return self.refuse() }
        return DirectCells.find(cotel_thread_peek(), self.emptyNumber) ?? self.missingEmptyCell()
    }

    /// The calling thread's cell of a series.
    @inline(__always)
    final func cell(_ series: MetricSeries) -> MetricCell? {
        guard self.isOpen else { return self.refuse() }
        return DirectCells.find(cotel_thread_peek(), series.number) ?? self.missingCell(of: series)
    }

    /// Offers a measurement that was just taken as an example, if it may be one by the flags of the current span.
    @inline(__always)
    final func sample(
        _ value: MeasuredValue,
        range: Int = 0,
        _ cell: MetricCell,
        _ attributes: OTelAttributes,
        _ flags: UInt64
    ) {
        if _slowPath(flags & self.sampleFlags != self.unsampledFlags) { self.offer(value, range, cell, attributes) }
    }

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

    /// Whether bound instruments may take the quick way.
    final var isQuick: Bool { self.isOpen && self.info.exemplars.filter != .alwaysOn }

    /// A number greater than that of every measurement which happened before.
    @inline(__always)
    final func nextOrder() -> UInt64 { cotel_add64(self.words + Word.order, 1) &+ 1 }

    /// The hash of the attributes that tell series apart.
    @inline(never)
    final func keptHash(_ attributes: OTelAttributes) -> OTelAttributeHash {
        let filter = self.info.configuration.attributes
        return filter.keepsAll ? attributes.contentHash : attributes.contentHash { filter.keeps($0) }
    }

    /// Counts a measurement that came too late; nothing was taken.
    @inline(never)
    final func refuse() -> MetricCell? {
        if cotel_load64_relaxed(self.words + Word.closed) != 0 { _ = cotel_add64(self.words + Word.late, 1) }
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
        self.state.withLock { state in
            self.open(isEnabled && cotel_load64_relaxed(self.words + Word.closed) == 0, state)
        }
    }

    /// Takes and counts nothing but what comes too late from now on; what was measured can still be collected.
    final func stop() {
        self.state.withLock { state in
            cotel_store64(self.words + Word.closed, 1)
            self.open(false, state)
        }
    }

    /// Takes measurements from now on, or not; under the lock.
    final func open(_ isOpen: Bool, _ state: StreamState) {
        cotel_store64(self.words + Word.saltLow, state.salt.low)
        cotel_store64(self.words + Word.saltHigh, isOpen ? state.salt.high : 0)
        let isQuick = isOpen && self.info.exemplars.filter != .alwaysOn
        cotel_store64(self.words + Word.quickSalt, isQuick && self.isPlain ? state.salt.high : ~state.salt.high)
        cotel_store64(self.words + Word.gate, isQuick ? state.emptyNumber : DirectCells.none)
        for series in state.all { series.open(isQuick) }
    }

    // What an aggregation brings.

    /// Words of a cell beyond its header.
    var cellWords: Int { 0 }
    /// Words of what is kept for each slot of readers.
    var accumulatorWords: Int { 0 }
    /// Words of what is kept for all slots.
    final var slotWords: Int { self.accumulatorWords * self.info.plan.slotCount }
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
