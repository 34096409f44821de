import COTelRuntime
import OTelAPI
import OTelWire

/// The cells of one thread, by the hash of series and stream: an open-addressing table that no other thread touches.
///
/// Words of the header: 0 mask, 1 cells, 2 the number of stream ends it has seen, 3 nothing. Words of an entry: the lower
/// half of the hash (the cell has the other), the cell. It holds no more entries than the thread has cells, which the
/// limits of the streams bound.
enum ThreadCells {
    typealias Thread = UnsafeMutablePointer<cotel_thread>

    private static let headerWords = 4
    private static let initialCapacity = 16

    /// How many streams have ended: their cells are waiting in the threads' tables to be freed.
    private nonisolated(unsafe) static let ends: UnsafeMutablePointer<UInt64> = {
        // Safety: read and written atomically, never freed.
        let word = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
        word.initialize(to: 0)
        return word
    }()

    @inline(__always)
    static func find(_ thread: Thread, _ hash: OTelAttributeHash) -> MetricCell? {
        guard let opaque = thread.pointee.metric_cells else { return nil }
        let table = opaque.assumingMemoryBound(to: UInt64.self)
        let mask = table[0]
        var place = hash.low & mask
        while true {
            let entry = table + Int(truncatingIfNeeded: 4 &+ place &* 2)
            guard let cell = MetricCell(address: entry[1]) else { return nil }
            if entry[0] == hash.low, cell.hashHigh == hash.high { return cell }
            place = (place &+ 1) & mask
        }
    }

    /// The cell of the calling thread, where it is found at once and nothing needs attention.
    @inline(__always)
    static func quickFind(_ hash: OTelAttributeHash, attention: UInt8) -> MetricCell? {
        let thread = cotel_thread_peek()
        guard MetricStream.isQuiet(thread, attention), let opaque = thread.pointee.metric_cells else { return nil }
        let table = opaque.assumingMemoryBound(to: UInt64.self)
        let entry = table + Int(truncatingIfNeeded: 4 &+ (hash.low & table[0]) &* 2)
        guard entry[0] == hash.low else { return nil }
        let cell = MetricCell(unchecked: entry[1])
        return cell.hashHigh == hash.high ? cell : nil
    }

    /// Enters a cell that the thread has just come to own.
    static func insert(_ thread: Thread, _ hash: OTelAttributeHash, _ cell: MetricCell) {
        let table = self.tableWithRoom(thread)
        cell.hashHigh = hash.high
        self.put(table, hash.low, cell.address)
        table[1] += 1
    }

    /// Lets all threads know that cells of theirs were abandoned.
    static func streamEnded() {
        _ = cotel_add64(self.ends, 1)
    }

    /// Frees the cells of ended streams, if a stream has ended since the last time.
    static func sweep(_ thread: Thread) {
        guard let table = self.table(thread), table[2] != cotel_load64_relaxed(self.ends) else { return }
        self.rebuild(thread, table)
    }

    static func installThreadExitHandler() {
        cotel_set_thread_exit_handler(1) { thread in ThreadCells.threadEnds(thread) }
    }

    /// Forgets the cells of a forked child's thread.
    ///
    /// Their memory stays: what it holds belongs to the parent.
    static func forgetAfterFork(_ thread: Thread) {
        thread.pointee.metric_cells = nil
        DirectCells.forget(thread)
        thread.pointee.metric_page = 0
    }

    private static func threadEnds(_ thread: Thread) {
        DirectCells.clear(thread)
        guard let table = self.table(thread) else { return }
        thread.pointee.metric_cells = nil
        self.forEach(table) { _, cell in cell.releaseByThread() }
        table.deallocate()
        CellSlab.leave(thread.pointee.metric_page)
        thread.pointee.metric_page = 0
    }

    private static func table(_ thread: Thread) -> UnsafeMutablePointer<UInt64>? {
        thread.pointee.metric_cells?.assumingMemoryBound(to: UInt64.self)
    }

    private static func tableWithRoom(_ thread: Thread) -> UnsafeMutablePointer<UInt64> {
        guard let table = self.table(thread) else {
            cotel_arm_thread_exit(thread)
            return self.install(self.makeTable(self.initialCapacity), thread)
        }
        return (table[1] + 1) * 2 <= table[0] + 1 ? table : self.rebuild(thread, table)
    }

    /// Moves the live cells into a table that is at most a third full, and frees those of ended streams.
    @discardableResult
    private static func rebuild(
        _ thread: Thread,
        _ old: UnsafeMutablePointer<UInt64>
    ) -> UnsafeMutablePointer<UInt64> {
        DirectCells.clear(thread)
        let seen = cotel_load64(self.ends)
        var live = 0
        self.forEach(old) { _, cell in live += cell.isAbandoned ? 0 : 1 }
        var capacity = self.initialCapacity
        while capacity < live * 3 { capacity *= 2 }
        let table = self.makeTable(capacity)
        table[2] = seen
        self.forEach(old) { low, cell in
            // Abandoned since it was counted: it is moved and freed by the next sweep, or freed now; both are right.
            guard !cell.isAbandoned else { return cell.releaseByThread() }
            self.put(table, low, cell.address)
            table[1] += 1
        }
        old.deallocate()
        return self.install(table, thread)
    }

    private static func install(
        _ table: UnsafeMutablePointer<UInt64>,
        _ thread: Thread
    ) -> UnsafeMutablePointer<UInt64> {
        thread.pointee.metric_cells = UnsafeMutableRawPointer(table)
        return table
    }

    private static func makeTable(_ capacity: Int) -> UnsafeMutablePointer<UInt64> {
        let words = self.headerWords + capacity * 2
        let table = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
        table.initialize(repeating: 0, count: words)
        table[0] = UInt64(capacity - 1)
        // What an empty entry has in place of a hash belongs one place further on: nobody looks for it here.
        for place in 0..<capacity { table[self.headerWords + place * 2] = UInt64((place + 1) % capacity) }
        return table
    }

    private static func put(_ table: UnsafeMutablePointer<UInt64>, _ low: UInt64, _ cell: UInt64) {
        var place = low & table[0]
        while (table + Int(4 + place * 2))[1] != 0 { place = (place + 1) & table[0] }
        let entry = table + Int(4 + place * 2)
        entry[0] = low
        entry[1] = cell
    }

    private static func forEach(_ table: UnsafeMutablePointer<UInt64>, _ body: (UInt64, MetricCell) -> Void) {
        for place in 0...Int(table[0]) {
            let entry = table + self.headerWords + place * 2
            if let cell = MetricCell(address: entry[1]) { body(entry[0], cell) }
        }
    }
}
