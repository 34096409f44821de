import COTelRuntime

/// Memory for the small cells of one thread: a page of them, so that each takes a cache line and nothing beside it, and
/// no two threads share one.
///
/// Words: 0 the cells in use, and one for the thread while it takes more from here; 1 the place of the next. A cell that
/// is freed is not used again; the page goes with its last.
enum CellSlab {
    private static let bytes = 4096
    private static let lineBytes = 64
    private static let lines = bytes / lineBytes

    /// A cell of zeros from the thread's page, for which `page` stands: null for none yet.
    static func makeCell(from page: inout UInt64) -> UnsafeMutablePointer<UInt64> {
        var slab = self.slab(at: page)
        if slab[1] == self.lines {
            self.release(slab)
            slab = self.slab(at: 0)
        }
        page = UInt64(UInt(bitPattern: slab))
        let place = slab[1]
        slab[1] += 1
        _ = cotel_add64(slab, 1)
        return slab + Int(place) * self.lineBytes / 8
    }

    /// Frees a cell that came from a page; any thread may.
    static func free(_ cell: UnsafeMutablePointer<UInt64>) {
        self.release(self.slab(at: UInt64(UInt(bitPattern: cell)) & ~UInt64(self.bytes - 1)))
    }

    /// The thread takes nothing more from its page.
    static func leave(_ page: UInt64) {
        if page != 0 { self.release(self.slab(at: page)) }
    }

    /// The page at an address, or a new one for zero.
    private static func slab(at address: UInt64) -> UnsafeMutablePointer<UInt64> {
        if let known = UnsafeMutablePointer<UInt64>(bitPattern: UInt(address)) { return known }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: self.bytes, alignment: self.bytes)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: self.bytes)
        let slab = memory.bindMemory(to: UInt64.self, capacity: self.bytes / 8)
        slab[0] = 1
        slab[1] = 1
        return slab
    }

    private static func release(_ slab: UnsafeMutablePointer<UInt64>) {
        if cotel_sub64(slab, 1) == 1 { UnsafeMutableRawPointer(slab).deallocate() }
    }
}
