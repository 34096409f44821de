import COTelRuntime
import OTelWire
import Synchronization
import TestSupport
import Testing

@Suite("The queue of finished records")
struct ChunkQueueTests {
    private static func queue(
        items: Int = 1_000_000,
        bytes: Int = 1 << 30,
        wakeItems: Int = 1_000_000,
        wake: @escaping @Sendable () -> Void = {}
    ) -> ChunkQueue {
        ChunkQueue(maxItems: items, maxBytes: bytes, wakeItems: wakeItems, wake: wake)
    }

    /// Appends a record whose bytes tell its number, `size` bytes in all.
    private static func append(_ number: Int, to queue: ChunkQueue, size: Int = 8, label: UInt32 = 0) {
        queue.append(cotel_thread_get(), size: size, label: label) { start in
            start.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: number), count: size)
            if size >= 8 { start.storeBytes(of: UInt64(number), as: UInt64.self) }
        }
    }

    struct Record: Hashable {
        var number: Int
        var size: Int
        var label: UInt32
        var isIntact: Bool
    }

    private static func records(_ chunks: [Chunk]) -> [Record] {
        var records: [Record] = []
        for chunk in chunks {
            var count = 0
            chunk.forEachRecord { bytes, label in
                count += 1
                let number = bytes.count >= 8 ? Int(bytes.loadUnaligned(as: UInt64.self)) : Int(bytes.first ?? 0)
                let rest = bytes.count >= 8 ? bytes.dropFirst(8) : bytes[...]
                let isIntact = rest.allSatisfy { $0 == UInt8(truncatingIfNeeded: number) }
                records.append(Record(number: number, size: bytes.count, label: label, isIntact: isIntact))
            }
            #expect(count == chunk.count)
        }
        return records
    }

    @Test("records come out as they went in", arguments: [0, 1, 7, 8, 9, 1000, 65_528, 65_529, 200_000])
    func roundTrip(size: Int) {
        let queue = Self.queue()
        for number in 0..<5 { Self.append(number, to: queue, size: size, label: UInt32(number) << 24 | 7) }
        let records = Self.records(queue.drain())
        #expect(records.map(\.label) == (0..<5).map { UInt32($0) << 24 | 7 })
        #expect(records.allSatisfy { $0.size == size && $0.isIntact })
        if size > 0 { #expect(records.map(\.number) == Array(0..<5)) }
        #expect(queue.drain().isEmpty)
    }

    @Test("what one thread appends keeps its order over chunks")
    func order() {
        let queue = Self.queue()
        for number in 0..<20_000 { Self.append(number, to: queue, size: 8 + number % 50) }
        #expect(Self.records(queue.drain()).map(\.number) == Array(0..<20_000))
    }

    @Test("everything that many threads append arrives exactly once, while the consumer drains")
    func drainConcurrentSafe() {
        let queue = Self.queue()
        let threads = 6
        let each = 5_000
        let drained = Threads.run(threads + 1) { thread -> [Record] in
            guard thread == threads else {
                for index in 0..<each { Self.append(thread * each + index, to: queue, size: 8 + index % 300) }
                return []
            }
            var records: [Record] = []
            while queue.counts().appended < threads * each { records += Self.records(queue.drain()) }
            return records
        }.flatMap { $0 }
        let all = drained + Self.records(queue.drain())
        #expect(all.count == threads * each)
        #expect(Set(all.map(\.number)).count == threads * each)
        #expect(all.allSatisfy { $0.isIntact && $0.size == 8 + $0.number % each % 300 })
        #expect(queue.counts().appended == threads * each)
        #expect(queue.held.items == threads * each)
    }

    @Test("a record counts until it is released", arguments: [1, 10, 511])
    func itemBound(limit: Int) {
        let queue = Self.queue(items: limit)
        for number in 0..<limit + 3 { Self.append(number, to: queue) }
        #expect(queue.held.items == limit)
        #expect(queue.counts().droppedFull == 3)
        let chunks = queue.drain()
        Self.append(999, to: queue)
        #expect(queue.counts().droppedFull == 4)
        #expect(Self.records(chunks).map(\.number) == Array(0..<limit))
        queue.release(items: limit, bytes: limit * Chunk.footprint(8))
        #expect(queue.held.items == 0 && queue.held.bytes == 0)
        Self.append(1000, to: queue)
        #expect(queue.held.items == 1)
        #expect(queue.counts().appended == limit + 1)
    }

    @Test("bytes are bounded with header and padding")
    func byteBound() {
        let queue = Self.queue(bytes: 1000)
        for number in 0..<20 { Self.append(number, to: queue, size: 81) }
        #expect(Chunk.footprint(81) == 96)
        #expect(queue.held.items == 10)
        #expect(queue.held.bytes == 960)
        #expect(queue.counts().droppedFull == 10)
        Self.append(20, to: queue, size: 32)
        #expect(queue.held.bytes == 1000)
    }

    @Test("a record that could never fit is too large, whatever is held")
    func tooLarge() {
        let queue = Self.queue(bytes: 1000)
        Self.append(0, to: queue, size: 1001)
        Self.append(1, to: queue, size: 992)
        Self.append(2, to: queue, size: 100_000_000)
        let counts = queue.counts()
        #expect(counts.droppedLarge == 2)
        #expect(counts.appended == 1)
        #expect(queue.held.bytes == 1000)
        queue.count(.tooLarge, cotel_thread_get())
        queue.count(.full, cotel_thread_get())
        queue.count(.closed, cotel_thread_get())
        #expect(queue.counts().droppedLarge == 3)
        #expect(queue.counts().droppedFull == 1)
        #expect(queue.counts().droppedClosed == 1)
    }

    @Test("the bound holds exactly, however many threads compete for it")
    func boundConcurrentSafe() {
        let queue = Self.queue(items: 1_000)
        Threads.run(6) { thread in
            for index in 0..<1_000 { Self.append(thread * 1_000 + index, to: queue) }
        }
        #expect(queue.held.items == 1_000)
        #expect(queue.counts().appended == 1_000)
        #expect(queue.counts().droppedFull == 5_000)
        #expect(Self.records(queue.drain()).count == 1_000)
    }

    @Test("after close everything new is late, and what was held is still there")
    func close() {
        let queue = Self.queue()
        Self.append(1, to: queue)
        queue.close()
        Self.append(2, to: queue)
        Self.append(3, to: queue, size: 100_000)
        #expect(queue.counts().droppedClosed == 2)
        #expect(queue.counts().appended == 1)
        #expect(Self.records(queue.drain()).map(\.number) == [1])
        queue.freeSpares()
        Self.append(4, to: queue)
        #expect(queue.counts().droppedClosed == 3)
        #expect(queue.drain().isEmpty)
    }

    @Test("every record is either drained or late when the queue closes under load")
    func closeConcurrentSafe() {
        let queue = Self.queue()
        Threads.run(4) { thread in
            for index in 0..<4_000 {
                if thread == 0, index == 2_000 { queue.close() }
                Self.append(thread * 4_000 + index, to: queue)
            }
        }
        let counts = queue.counts()
        #expect(counts.appended + counts.droppedClosed == 16_000)
        #expect(counts.droppedClosed >= 2_000)
        #expect(Self.records(queue.drain()).count == counts.appended)
    }

    @Test("the consumer is woken once each time the number held reaches the mark")
    func wake() {
        let wakes = Mutex(0)
        let count: @Sendable () -> Int = { wakes.withLock { $0 } }
        let queue = Self.queue(wakeItems: 10) { wakes.withLock { $0 += 1 } }
        for number in 0..<9 { Self.append(number, to: queue) }
        #expect(count() == 0)
        Self.append(9, to: queue)
        #expect(count() == 1)
        for number in 0..<100 { Self.append(number, to: queue) }
        #expect(count() == 1)
        queue.release(items: 110, bytes: 110 * Chunk.footprint(8))
        for number in 0..<10 { Self.append(number, to: queue) }
        #expect(count() == 2)
    }

    @Test("a chunk that nobody refers to is used again, one that a view keeps is not")
    func recycle() throws {
        let queue = Self.queue()
        Self.append(1, to: queue)
        var chunks = queue.drain()
        let kept = try #require(chunks.first)
        queue.recycle(chunks.removeLast())
        Self.append(2, to: queue)
        chunks = queue.drain()
        try #require(chunks.count == 1)
        #expect(chunks[0] !== kept)
        #expect(Self.records([kept]).map(\.number) == [1])
        let address = UInt(bitPattern: chunks[0].base)
        queue.recycle(chunks.removeLast())
        Self.append(3, to: queue)
        chunks = queue.drain()
        #expect(chunks.first.map { UInt(bitPattern: $0.base) } == address)
        #expect(Self.records(chunks).map(\.number) == [3])
    }

    @Test("a forked child starts empty")
    func discardAfterFork() {
        let queue = Self.queue(items: 10)
        for number in 0..<12 { Self.append(number, to: queue) }
        queue.discardAfterFork()
        #expect(queue.held.items == 0 && queue.held.bytes == 0)
        #expect(queue.counts().appended == 0 && queue.counts().droppedFull == 0)
        #expect(queue.drain().isEmpty)
        Self.append(1, to: queue)
        #expect(Self.records(queue.drain()).map(\.number) == [1])
    }
}
