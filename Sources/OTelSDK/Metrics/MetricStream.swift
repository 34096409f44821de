import COTelRuntime
import OTelAPI
import OTelWire

/// The series of one synchronous instrument.
///
/// Recording finds the calling thread's cell of a series by the hash of the attributes and writes to it: no lock, no
/// allocation, no memory shared with another thread. Everything else is in `MetricStream+Series` (a thread sees a
/// series for the first time) and `MetricStream+Collect`. Subclasses bring one aggregation each.
class MetricStream: OTelInstrumentBackend, @unchecked Sendable {
    // Safety: `words` are atomic, `state` has its own lock, the rest is immutable.

    let info: StreamInfo
    let state: SpinLocked<StreamState>
    private let words: UnsafeMutablePointer<UInt64>

    private enum Word {
        /// The secret that hashes start from; 0 once the stream is closed.
        static let seed = 0
        /// Measurements refused for being negative.
        static let negative = 1
        /// Measurements refused for being NaN or infinite.
        static let notFinite = 2
        /// Measurements after the stream was closed.
        static let late = 3
        /// The other half of the hash of no attributes, of which the seed is one.
        static let emptyLow = 4
        /// Numbers the measurements of a gauge; on a cache line of its own.
        static let order = 8
        static let count = 16
    }

    init(_ info: StreamInfo) {
        self.info = info
        self.state = SpinLocked(StreamState())
        self.words = UnsafeMutableRawPointer.allocate(byteCount: Word.count * 8, alignment: 64)
            .bindMemory(to: UInt64.self, capacity: Word.count)
        self.words.initialize(repeating: 0, count: Word.count)
        let empty = AttributeHash(seed: cotel_random(cotel_thread_get()) | 1)
        self.words[Word.seed] = empty.high
        self.words[Word.emptyLow] = empty.low
        super.init()
    }

    deinit {
        for series in self.state.withLock({ $0.all }) { series.releaseCells() }
        UnsafeMutableRawPointer(self.words).deallocate()
    }

    override var isEnabled: Bool { self.seed != 0 }

    override final func bind(_ attributes: OTelAttributes) -> OTelBoundBackend? { self.boundSeries(attributes) }

    /// The calling thread's cell for these attributes; nil when the measurement is not wanted.
    @inline(__always)
    final func cell(_ attributes: OTelAttributes) -> MetricCell? {
        let thread = cotel_thread_get()
        let seed = self.seed
        guard _fastPath(seed != 0 && Self.isRecording(thread)) else { return self.refuse(thread) }
        let hash = attributes.contentHash(seed: seed)
        return ThreadCells.find(thread, hash) ?? self.missingCell(thread, hash, attributes)
    }

    /// The calling thread's cell for no attributes.
    @inline(__always)
    final func cell() -> MetricCell? {
        let thread = cotel_thread_get()
        let seed = self.seed
        guard _fastPath(seed != 0 && Self.isRecording(thread)) else { return self.refuse(thread) }
        let hash = AttributeHash(high: seed, low: self.words[Word.emptyLow])
        return ThreadCells.find(thread, hash) ?? self.missingCell(thread, hash, [:])
    }

    /// The calling thread's cell of a series.
    @inline(__always)
    final func cell(_ series: MetricSeries) -> MetricCell? {
        let thread = cotel_thread_get()
        guard _fastPath(self.seed != 0 && Self.isRecording(thread)) else { return self.refuse(thread) }
        return ThreadCells.find(thread, series.hash) ?? self.missingCell(thread, series)
    }

    /// Whether neither the thread nor the current context has telemetry turned off.
    @inline(__always)
    private static func isRecording(_ thread: UnsafeMutablePointer<cotel_thread>) -> Bool {
        !cotel_records_nothing(thread) && !CurrentContext.isSuppressed
    }

    @inline(__always)
    final var seed: UInt64 { cotel_load64_relaxed(self.words + Word.seed) }

    /// A number greater than that of every measurement which happened before.
    @inline(__always)
    final func nextOrder() -> UInt64 { cotel_add64(self.words + Word.order, 1) &+ 1 }

    @inline(never)
    private final func refuse(_ thread: UnsafeMutablePointer<cotel_thread>) -> MetricCell? {
        if Self.isRecording(thread) { _ = cotel_add64(self.words + Word.late, 1) }
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

    /// Refuses measurements from now on.
    final func closeWords() {
        cotel_store64(self.words + Word.seed, 0)
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
    func makeSeries(_ hash: AttributeHash, _ attributes: [UInt8]) -> MetricSeries {
        MetricSeries(hash: hash, attributes: attributes, parent: self)
    }
    /// Prepares a new cell, whose words are zero.
    func prepare(_ cell: MetricCell) {}
    /// Empties an accumulator; word 0 becomes 0.
    func clear(_ accumulator: UnsafeMutablePointer<UInt64>) {}
    /// Moves what a cell holds to an empty accumulator, whose word 0 then says whether there was anything.
    func take(_ cell: MetricCell, into accumulator: UnsafeMutablePointer<UInt64>) {}
    /// Adds one accumulator to another.
    func merge(_ from: UnsafeMutablePointer<UInt64>, into accumulator: UnsafeMutablePointer<UInt64>) {}
    /// Writes points from accumulators.
    func write(_ points: [SeriesPoint], _ window: PointWindow, into output: inout MetricOutput) {}
}
