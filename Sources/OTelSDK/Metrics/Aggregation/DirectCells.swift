import COTelRuntime

/// The cells of one thread by the number of their series: the short way to series known in advance, those of bound
/// instruments and of no attributes.
///
/// An open-addressing table that no other thread touches. It owns nothing: `ThreadCells` has the same cells and more.
/// Words: 0 mask, 1 entries, then entries of two words, the number and the cell. Numbers are given out one after
/// another and never again, so that they spread by themselves.
enum DirectCells {
    typealias Thread = UnsafeMutablePointer<cotel_thread>

    /// The number of nothing: no table has it.
    static let none = UInt64.max

    private static let headerWords = 2
    private static let initialCapacity = 16

    private nonisolated(unsafe) static let last: UnsafeMutablePointer<UInt64> = {
        // Safety: counted up atomically, never freed.
        let word = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
        word.initialize(to: 0)
        return word
    }()

    /// A number for a series.
    static func makeNumber() -> UInt64 { cotel_add64(self.last, 1) &+ 1 }

    @inline(__always)
    static func find(_ thread: Thread, _ number: UInt64) -> MetricCell? {
        let table = thread.pointee.metric_direct
        let mask = table[0]
        var place = number & mask
        while true {
            let entry = table + Int(truncatingIfNeeded: 2 &+ place &* 2)
            if _fastPath(entry[0] == number) { return MetricCell(address: entry[1]) }
            if entry[0] == 0 { return nil }
            place = (place &+ 1) & mask
        }
    }

    /// The cell of the calling thread, where it is found at once and nothing needs attention.
    @inline(__always)
    static func quickFind(_ number: UInt64, attention: UInt8) -> MetricCell? {
        let thread = cotel_thread_peek()
        guard MetricStream.isQuiet(thread, attention) else { return nil }
        let table = thread.pointee.metric_direct
        let entry = table + Int(truncatingIfNeeded: 2 &+ (number & table[0]) &* 2)
        return entry[0] == number ? MetricCell(unchecked: entry[1]) : nil
    }

    /// Enters a cell that the thread owns.
    static func insert(_ thread: Thread, _ number: UInt64, _ cell: MetricCell) {
        let table = self.tableWithRoom(thread)
        self.put(table, number, cell.address)
        table[1] += 1
    }

    /// Forgets all cells, of which some are about to be freed.
    static func clear(_ thread: Thread) {
        if !self.isEmpty(thread) { thread.pointee.metric_direct.deallocate() }
        self.forget(thread)
    }

    /// Forgets all cells and the table, which belong to the parent process.
    static func forget(_ thread: Thread) {
        thread.pointee.metric_direct = self.empty
    }

    /// The table that threads begin with: one entry, of no number.
    private static var empty: UnsafeMutablePointer<UInt64> { cotel_no_direct_cells_table() }

    private static func isEmpty(_ thread: Thread) -> Bool { thread.pointee.metric_direct == self.empty }

    private static func tableWithRoom(_ thread: Thread) -> UnsafeMutablePointer<UInt64> {
        let old = thread.pointee.metric_direct
        if self.isEmpty(thread) { return self.install(self.initialCapacity, thread) }
        guard (old[1] + 1) * 2 > old[0] + 1 else { return old }
        let table = self.install(Int(old[0] + 1) * 2, thread)
        for place in 0...Int(old[0]) {
            let entry = old + self.headerWords + place * 2
            if entry[0] != 0 { self.put(table, entry[0], entry[1]) }
        }
        table[1] = old[1]
        old.deallocate()
        return table
    }

    private static func install(_ capacity: Int, _ thread: Thread) -> UnsafeMutablePointer<UInt64> {
        let words = self.headerWords + capacity * 2
        let table = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
        table.initialize(repeating: 0, count: words)
        table[0] = UInt64(capacity - 1)
        thread.pointee.metric_direct = table
        return table
    }

    private static func put(_ table: UnsafeMutablePointer<UInt64>, _ number: UInt64, _ cell: UInt64) {
        var place = number & table[0]
        while (table + Int(2 + place * 2))[0] != 0 { place = (place + 1) & table[0] }
        let entry = table + Int(2 + place * 2)
        entry[0] = number
        entry[1] = cell
    }
}
