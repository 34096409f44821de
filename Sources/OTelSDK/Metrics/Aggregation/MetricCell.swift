import COTelRuntime
import OTelWire

/// What one thread has recorded for one series since the last collection: the only memory that recording writes to.
///
/// Words: 0 who owns it, 1 the next cell of the series (under the stream's lock) and how it is freed, 2 the series (valid
/// under the stream's lock while the stream is open), 3 the series' exemplars once the thread has offered one, 4 the
/// higher half of the series' hash, 5... what the aggregation keeps. The thread that owns a cell is the only one to record
/// into it; the reader takes its content at collection. On cache lines of its own, so that threads never share one.
struct MetricCell {
    let words: UnsafeMutablePointer<UInt64>

    private static let owned: UInt64 = 0
    /// The thread has ended: whoever holds the stream's lock may take the cell over or free it.
    private static let orphaned: UInt64 = 1
    /// The stream has ended: the thread frees the cell.
    private static let abandoned: UInt64 = 2
    private static let lineBytes = 64
    private static let headerWords = 5

    /// Bits of word 1 beside the address.
    private static let hasBuckets: UInt64 = 1
    private static let isInSlab: UInt64 = 2
    private static let flags = hasBuckets | isInSlab

    /// A cell of the calling thread.
    static func make(payloadWords: Int) -> MetricCell {
        let bytes = ((Self.headerWords + payloadWords) * 8 + Self.lineBytes - 1) & ~(Self.lineBytes - 1)
        if bytes == Self.lineBytes {
            let cell = MetricCell(words: CellSlab.makeCell(from: &cotel_thread_get().pointee.metric_page))
            cell.words[1] = Self.isInSlab
            return cell
        }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.lineBytes)
        memset(memory, 0, bytes)
        return MetricCell(words: memory.bindMemory(to: UInt64.self, capacity: bytes / 8))
    }

    init(words: UnsafeMutablePointer<UInt64>) {
        self.words = words
    }

    /// The cell at an address; nil for zero.
    @inline(__always)
    init?(address: UInt64) {
        guard let words = UnsafeMutablePointer<UInt64>(bitPattern: UInt(address)) else { return nil }
        self.words = words
    }

    /// The cell at an address that is not zero.
    @inline(__always)
    init(unchecked address: UInt64) {
        self.words = UnsafeMutablePointer<UInt64>(bitPattern: UInt(address)).unsafelyUnwrapped
    }

    var address: UInt64 { UInt64(UInt(bitPattern: self.words)) }

    /// What the aggregation keeps.
    @inline(__always)
    var payload: UnsafeMutablePointer<UInt64> { self.words + Self.headerWords }

    /// The next cell of the series.
    var next: UInt64 {
        get { self.words[1] & ~Self.flags }
        nonmutating set { self.words[1] = newValue | self.words[1] & Self.flags }
    }

    /// The series; not retained.
    var series: Unmanaged<MetricSeries>? {
        get { UnsafeRawPointer(bitPattern: UInt(self.words[2])).map { Unmanaged.fromOpaque($0) } }
        nonmutating set { self.words[2] = newValue.map { UInt64(UInt(bitPattern: $0.toOpaque())) } ?? 0 }
    }

    /// The series' exemplars, retained; only the owner asks and sets.
    var exemplars: Unmanaged<SeriesExemplars>? {
        UnsafeRawPointer(bitPattern: UInt(self.words[3])).map { Unmanaged.fromOpaque($0) }
    }

    /// Keeps the series' exemplars at hand.
    func keep(_ exemplars: SeriesExemplars) {
        self.words[3] = UInt64(UInt(bitPattern: Unmanaged.passRetained(exemplars).toOpaque()))
    }

    /// The higher half of the hash of the series.
    @inline(__always)
    var hashHigh: UInt64 {
        get { self.words[4] }
        nonmutating set { self.words[4] = newValue }
    }

    /// Whether the payload is an `ExponentialState`, which refers to memory of its own.
    var hasBuckets: Bool {
        get { self.words[1] & Self.hasBuckets != 0 }
        nonmutating set {
            self.words[1] = newValue ? self.words[1] | Self.hasBuckets : self.words[1] & ~Self.hasBuckets
        }
    }

    func free() {
        if self.hasBuckets { ExponentialState(self.payload, ExponentialLimits()).free() }
        self.exemplars?.release()
        if self.words[1] & Self.isInSlab != 0 {
            CellSlab.free(self.words)
        } else {
            UnsafeMutableRawPointer(self.words).deallocate()
        }
    }

    /// The thread ends, or lets go of a stream that has ended.
    func releaseByThread() {
        if cotel_exchange64(self.words, Self.orphaned) == Self.abandoned { self.free() }
    }

    /// The stream ends.
    func releaseByStream() {
        if cotel_exchange64(self.words, Self.abandoned) == Self.orphaned { self.free() }
    }

    var isAbandoned: Bool { cotel_load64(self.words) == Self.abandoned }

    /// Under the stream's lock.
    var isOrphaned: Bool { cotel_load64(self.words) == Self.orphaned }

    /// Makes the calling thread the owner of an orphaned cell; under the stream's lock.
    func adopt() {
        cotel_store64(self.words, Self.owned)
    }
}
