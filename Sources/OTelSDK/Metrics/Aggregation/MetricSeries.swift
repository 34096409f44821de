import COTelRuntime
import OTelAPI

/// One set of attributes of one stream: the threads' cells, and what was taken from them so far.
///
/// It is also what an instrument bound to these attributes records to; subclasses bring the recording. There may be very
/// many: with its cell and its places in the tables it takes less than 300 bytes beside its attributes.
class MetricSeries: OTelBoundBackend, @unchecked Sendable {
    // Safety: `cells`, `use` and `isBound` are touched under the stream's lock, the accumulators under the provider's
    // collection lock, `start` is set under the stream's and read under the provider's once something was recorded; the
    // gate and the examples are atomic; the rest is immutable.

    final let hash: OTelAttributeHash
    /// What threads find their cells by.
    final let number: UInt64
    /// Retained for as long as the series lives; not counted on each call.
    final let owner: Unmanaged<MetricStream>
    /// The time of the first measurement.
    final var start: UInt64
    /// The address of the first cell.
    fileprivate(set) final var cells: UInt64 = 0
    /// `number` while the quick way is open, else `DirectCells.none`; the examples, once there was one, retained; the size
    /// of the attributes; the accumulators; the attributes.
    private final let memory: UnsafeMutablePointer<UInt64>
    private final let attention: UInt8
    /// Whether anything was ever recorded, be it zero.
    private(set) final var use = Use.none
    /// Whether a bound instrument refers to it.
    final var isBound = false

    private enum Word {
        static let gate = 0
        static let exemplars = 1
        static let attributeBytes = 2
        static let accumulators = 3
    }

    init(_ key: SeriesKey, parent stream: MetricStream) {
        self.hash = key.hash
        self.number = key.number
        self.owner = .passRetained(stream)
        self.attention = UInt8(truncatingIfNeeded: stream.attention)
        self.start = cotel_realtime_ns()
        self.memory = Self.memory(words: Word.accumulators + stream.slotWords, key.attributes)
        super.init()
        for slot in 0..<stream.info.plan.slotCount { stream.prepare(accumulator: self.accumulator(slot)) }
    }

    private static func memory(words: Int, _ attributes: [UInt8]) -> UnsafeMutablePointer<UInt64> {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: words * 8 + attributes.count, alignment: 8)
        let memory = bytes.bindMemory(to: UInt64.self, capacity: words)
        memory.initialize(repeating: 0, count: words)
        memory[Word.gate] = DirectCells.none
        memory[Word.attributeBytes] = UInt64(attributes.count)
        attributes.withUnsafeBytes { raw in
            if let base = raw.baseAddress { (bytes + words * 8).copyMemory(from: base, byteCount: raw.count) }
        }
        return memory
    }

    /// Examples, once there was one; set under the stream's lock, read by anybody.
    final var exemplars: SeriesExemplars? {
        get { self.unmanagedExemplars?.takeUnretainedValue() }
        set {
            let word = newValue.map { UInt64(UInt(bitPattern: Unmanaged.passRetained($0).toOpaque())) }
            cotel_store64(self.memory + Word.exemplars, word ?? 0)
        }
    }

    private final var unmanagedExemplars: Unmanaged<SeriesExemplars>? {
        UnsafeRawPointer(bitPattern: UInt(cotel_load64(self.memory + Word.exemplars))).map { .fromOpaque($0) }
    }

    deinit {
        self.unmanagedExemplars?.release()
        UnsafeMutableRawPointer(self.memory).deallocate()
        self.owner.release()
    }

    private final var stream: MetricStream { self.owner._withUnsafeGuaranteedRef { $0 } }

    /// `KeyValue` fields, sorted by key; valid for as long as the series is.
    final var attributes: UnsafeRawBufferPointer {
        let words = Word.accumulators + self.stream.slotWords
        return UnsafeRawBufferPointer(start: self.memory + words, count: Int(self.memory[Word.attributeBytes]))
    }

    /// A measurement whose attributes are these, some of which the series may not have.
    func record(_ value: Int, _ attributes: OTelAttributes) {}
    /// A measurement whose attributes are these, some of which the series may not have.
    func record(_ value: Double, _ attributes: OTelAttributes) {}

    /// The calling thread's cell, if there is nothing else to look at; nil means to take the long way.
    @inline(__always)
    final func quickCell() -> MetricCell? {
        DirectCells.quickFind(cotel_load64_relaxed(self.memory), attention: self.attention)
    }

    /// The long way.
    @inline(never)
    final func recordSlowly(_ value: Int) { self.record(value, OTelAttributes()) }
    @inline(never)
    final func recordSlowly(_ value: Double) { self.record(value, OTelAttributes()) }

    enum Use {
        /// Bound, but never recorded to. -> new
        case none
        /// Recorded to since the last collection for the first time. -> collected
        case new
        /// Recorded to before.
        case collected
    }

    /// Opens the quick way for bound instruments, or closes it; under the stream's lock.
    final func open(_ isOpen: Bool) {
        cotel_store64(self.memory + Word.gate, isOpen ? self.number : DirectCells.none)
    }

    /// What the readers of a slot are to be told.
    ///
    /// Word 0: whether there is anything new.
    final func accumulator(_ slot: Int) -> UnsafeMutablePointer<UInt64> {
        self.memory + Word.accumulators + slot * self.stream.accumulatorWords
    }

    /// Lets go of what the accumulators refer to, at the end of a series that has something.
    final func releaseAccumulators(_ stream: MetricStream) {
        for slot in 0..<stream.info.plan.slotCount { stream.release(accumulator: self.accumulator(slot)) }
    }

    /// Whether this is the first collection since something was recorded; under the stream's lock.
    final func isCollectedFirst() -> Bool {
        guard self.use == .new else { return false }
        self.use = .collected
        return true
    }

    /// A cell for the calling thread, which is about to record; under the stream's lock.
    final func makeCell(_ stream: MetricStream) -> MetricCell {
        if self.use == .none {
            self.use = .new
            self.start = cotel_realtime_ns()
        }
        var place = self.cells
        while let cell = MetricCell(address: place) {
            if cell.isOrphaned {
                cell.adopt()
                return cell
            }
            place = cell.next
        }
        let cell = MetricCell.make(payloadWords: stream.cellWords)
        stream.prepare(cell)
        cell.series = .passUnretained(self)
        cell.next = self.cells
        self.cells = cell.address
        return cell
    }

    /// Calls `body` with each cell and frees those whose thread has ended; under the stream's lock.
    final func forEachCell(_ body: (MetricCell) -> Void) {
        var previous: MetricCell?
        var place = self.cells
        while let cell = MetricCell(address: place) {
            place = cell.next
            let isOrphaned = cell.isOrphaned
            body(cell)
            if isOrphaned {
                if let previous { previous.next = place } else { self.cells = place }
                cell.free()
            } else {
                previous = cell
            }
        }
    }

    /// Gives the cells up to their threads; under the stream's lock.
    final func releaseCells() {
        var place = self.cells
        self.cells = 0
        while let cell = MetricCell(address: place) {
            place = cell.next
            cell.releaseByStream()
        }
    }

    /// Starts over in a forked child.
    ///
    /// The cells stay allocated: they belong to threads that are gone.
    final func restartAfterFork(_ stream: MetricStream) {
        self.cells = 0
        self.use = .none
        self.start = cotel_realtime_ns()
        self.exemplars = nil
        for slot in 0..<stream.info.plan.slotCount { stream.clear(self.accumulator(slot)) }
    }
}

/// What identifies a series.
struct SeriesKey {
    var hash: OTelAttributeHash
    /// `KeyValue` fields, sorted by key.
    var attributes: [UInt8]
    var number: UInt64
}
