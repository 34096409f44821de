import COTelRuntime
import OTelAPI

/// One set of attributes of one stream: the threads' cells, and what was taken from them so far.
///
/// It is also what an instrument bound to these attributes records to; subclasses bring the recording.
class MetricSeries: OTelBoundBackend, @unchecked Sendable {
    // Safety: `cells`, `use` and `isBound` are touched under the stream's lock, `accumulators` and `start` under the
    // provider's collection lock; the rest is immutable.

    let hash: AttributeHash
    /// `KeyValue` fields, sorted by key.
    let attributes: [UInt8]
    /// The time of the first measurement.
    var start: UInt64
    /// The address of the first cell.
    fileprivate(set) var cells: UInt64 = 0
    /// Whether anything was ever recorded, be it zero.
    private(set) var use = Use.none
    /// Whether a bound instrument refers to it.
    var isBound = false
    private let accumulators: UnsafeMutablePointer<UInt64>
    private let width: Int
    private let slots: Int

    init(hash: AttributeHash, attributes: [UInt8], parent stream: MetricStream) {
        self.hash = hash
        self.attributes = attributes
        self.start = cotel_realtime_ns()
        self.width = stream.accumulatorWords
        self.slots = stream.info.plan.slotCount
        self.accumulators = .allocate(capacity: self.width * self.slots)
        super.init()
        for slot in 0..<self.slots { stream.clear(self.accumulator(slot)) }
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
        self.accumulators.deallocate()
    }

    /// What the readers of a slot are to be told.
    ///
    /// Word 0: whether there is anything new.
    func accumulator(_ slot: Int) -> UnsafeMutablePointer<UInt64> {
        self.accumulators + slot * self.width
    }

    /// Whether this is the first collection since something was recorded; under the stream's lock.
    func isCollectedFirst() -> Bool {
        guard self.use == .new else { return false }
        self.use = .collected
        return true
    }

    /// A cell for the calling thread, which is about to record; under the stream's lock.
    func makeCell(_ stream: MetricStream) -> MetricCell {
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
        cell.next = self.cells
        self.cells = cell.address
        return cell
    }

    /// Calls `body` with each cell and frees those whose thread has ended; under the stream's lock.
    func forEachCell(_ body: (MetricCell) -> Void) {
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
    func releaseCells() {
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
    func restartAfterFork(_ stream: MetricStream) {
        self.cells = 0
        self.use = .none
        self.start = cotel_realtime_ns()
        for slot in 0..<self.slots { stream.clear(self.accumulator(slot)) }
    }
}
