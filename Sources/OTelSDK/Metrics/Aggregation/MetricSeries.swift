import COTelRuntime
import OTelAPI

/// One set of attributes of one stream: the threads' cells, and what was taken from them so far.
///
/// It is also what an instrument bound to these attributes records to; subclasses bring the recording.
class MetricSeries: OTelBoundBackend, @unchecked Sendable {
    // Safety: `cells`, `use`, `isBound` and `exemplars` are touched under the stream's lock, `accumulators`, `start` and
    // `taken` under the provider's collection lock; `gate` is atomic; the rest is immutable.

    let hash: OTelAttributeHash
    /// `KeyValue` fields, sorted by key.
    let attributes: [UInt8]
    /// What threads find their cells by.
    let number: UInt64
    /// The time of the first measurement.
    var start: UInt64
    /// The address of the first cell.
    fileprivate(set) var cells: UInt64 = 0
    /// Whether anything was ever recorded, be it zero.
    private(set) var use = Use.none
    /// Whether a bound instrument refers to it.
    var isBound = false
    /// Examples, once there was one.
    var exemplars: SeriesExemplars?
    /// By slot, the examples that its readers are to be told; empty while there are none.
    private var taken: [[SeriesExemplars.Entry]] = []
    /// Word 0: `number` while the quick way is open, else `DirectCells.none`; then the accumulators.
    private let memory: UnsafeMutablePointer<UInt64>
    private let attention: UInt32
    private let width: Int
    private let slots: Int

    init(_ key: SeriesKey, parent stream: MetricStream) {
        self.hash = key.hash
        self.attributes = key.attributes
        self.number = key.number
        self.attention = stream.attention
        self.start = cotel_realtime_ns()
        self.width = stream.accumulatorWords
        self.slots = stream.info.plan.slotCount
        self.memory = .allocate(capacity: 1 + self.width * self.slots)
        self.memory.initialize(repeating: 0, count: 1 + self.width * self.slots)
        self.memory[0] = DirectCells.none
        super.init()
        for slot in 0..<self.slots { stream.prepare(accumulator: self.accumulator(slot)) }
    }

    enum Use {
        /// Bound, but never recorded to. -> new
        case none
        /// Recorded to since the last collection for the first time. -> collected
        case new
        /// Recorded to before.
        case collected
    }

    deinit {
        self.memory.deallocate()
    }

    /// A measurement whose attributes are these, some of which the series may not have.
    func record(_ value: Int, _ attributes: OTelAttributes) {}
    /// A measurement whose attributes are these, some of which the series may not have.
    func record(_ value: Double, _ attributes: OTelAttributes) {}

    /// The calling thread's cell, if there is nothing else to look at; nil means to take the long way.
    @inline(__always)
    final func quickCell() -> MetricCell? { DirectCells.quickFind(cotel_load64_relaxed(self.memory), self.attention) }

    /// The long way.
    @inline(never)
    final func recordSlowly(_ value: Int) { self.record(value, OTelAttributes()) }
    @inline(never)
    final func recordSlowly(_ value: Double) { self.record(value, OTelAttributes()) }

    /// Opens the quick way for bound instruments, or closes it; under the stream's lock.
    final func open(_ isOpen: Bool) {
        cotel_store64(self.memory, isOpen ? self.number : DirectCells.none)
    }

    /// What the readers of a slot are to be told.
    ///
    /// Word 0: whether there is anything new.
    final func accumulator(_ slot: Int) -> UnsafeMutablePointer<UInt64> {
        self.memory + 1 + slot * self.width
    }

    /// Lets go of what the accumulators refer to; once, before the end.
    final func releaseAccumulators(_ stream: MetricStream) {
        for slot in 0..<self.slots { stream.release(accumulator: self.accumulator(slot)) }
    }

    /// Whether this is the first collection since something was recorded; under the stream's lock.
    final func isCollectedFirst() -> Bool {
        guard self.use == .new else { return false }
        self.use = .collected
        return true
    }

    /// A cell for the calling thread, which is about to record; under the stream's lock.
    final func makeCell(_ stream: MetricStream) -> MetricCell {
        if self.use == .none { self.use = .new }
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
        self.taken = []
        for slot in 0..<self.slots { stream.clear(self.accumulator(slot)) }
    }
}

/// What identifies a series.
struct SeriesKey {
    var hash: OTelAttributeHash
    /// `KeyValue` fields, sorted by key.
    var attributes: [UInt8]
    var number: UInt64
}

// Examples on their way from the threads to the readers; under the provider's collection lock.
extension MetricSeries {
    /// Remembers examples for the readers of all slots: of one place the latest.
    final func keep(_ entries: [SeriesExemplars.Entry]) {
        guard !entries.isEmpty else { return }
        if self.taken.isEmpty { self.taken = Array(repeating: [], count: self.slots) }
        for slot in 0..<self.slots { self.keep(entries, slot) }
    }

    /// Remembers examples for the readers of one slot.
    final func keep(_ entries: [SeriesExemplars.Entry], _ slot: Int) {
        if self.taken.isEmpty { self.taken = Array(repeating: [], count: self.slots) }
        for entry in entries {
            if let known = self.taken[slot].firstIndex(where: { $0.place == entry.place }) {
                self.taken[slot][known] = entry
            } else {
                self.taken[slot].append(entry)
            }
        }
    }

    /// What the readers of a slot are to be told.
    final func exemplars(_ slot: Int) -> [SeriesExemplars.Entry] {
        self.taken.isEmpty ? [] : self.taken[slot]
    }

    final func forgetExemplars(_ slot: Int) {
        if !self.taken.isEmpty { self.taken[slot] = [] }
    }
}
