import COTelRuntime
import OTelWire
import TestSupport
import Testing

/// Each test runs in a process of its own: the pool belongs to the process.
@Suite("The pool of slots")
struct SlotPoolTests {
    /// Takes a slot and marks its record as live, as a span does.
    static func live(age: UInt64 = 1) -> (slot: Slot, generation: UInt64)? {
        guard let slot = SlotPool.take(cotel_thread_get()) else { return nil }
        cotel_slot_set_start_time(slot.pointer, age)
        slot.publish()
        return (slot, slot.generation)
    }

    static func finish(_ record: (slot: Slot, generation: UInt64)) -> Bool {
        guard record.slot.lock(generation: record.generation) else { return false }
        SlotPool.give(record.slot, generation: record.generation, cotel_thread_get())
        return true
    }

    @Test("a slot given back is used again, with the next generation")
    func reuse() async {
        await #expect(processExitsWith: .success) {
            let first = try #require(SlotPoolTests.live())
            #expect(SlotPoolTests.finish(first))
            #expect(!SlotPoolTests.finish(first))
            let second = try #require(SlotPoolTests.live())
            #expect(second.slot.pointer == first.slot.pointer)
            #expect(second.generation == first.generation + 1)
        }
    }

    @Test("slots taken at the same time are different")
    func distinct() async {
        await #expect(processExitsWith: .success) {
            let records = (0..<5_000).compactMap { SlotPoolTests.live(age: UInt64($0)) }
            #expect(Set(records.map(\.slot.pointer)).count == 5_000)
            for record in records { #expect(SlotPoolTests.finish(record)) }
            #expect(SlotPool.reclaimed == 0)
        }
    }

    @Test("when all slots are live, the oldest make room for the newest, and are counted")
    func reclaim() async {
        await #expect(processExitsWith: .success) {
            let records = (0..<SlotPool.capacity + 1_000).compactMap { SlotPoolTests.live(age: UInt64($0)) }
            #expect(records.count == SlotPool.capacity + 1_000)
            let alive = records.map { $0.slot.isAlive(generation: $0.generation) }
            let stale = alive.filter { !$0 }.count
            #expect(stale == Int(SlotPool.reclaimed))
            #expect(stale >= 1_000 && stale < 1_512)
            #expect(alive == (0..<records.count).map { $0 >= stale })
            for (record, isAlive) in zip(records, alive) { #expect(SlotPoolTests.finish(record) == isAlive) }
        }
    }

    @Test("a record that is being written to is passed over")
    func reclaimPassesOverLocked() async {
        await #expect(processExitsWith: .success) {
            let oldest = try #require(SlotPoolTests.live(age: 0))
            #expect(oldest.slot.lock(generation: oldest.generation))
            for age in 1...SlotPool.capacity + 100 { _ = SlotPoolTests.live(age: UInt64(age)) }
            #expect(oldest.slot.isAlive(generation: oldest.generation))
            oldest.slot.unlock(generation: oldest.generation)
            #expect(SlotPoolTests.finish(oldest))
            #expect(SlotPool.reclaimed > 0)
        }
    }

    @Test("threads that start and end records hand their slots back when they exit")
    func threadExit() async {
        await #expect(processExitsWith: .success) {
            // Each thread keeps some slots: without a return of them 16 384 slots last for a thousand threads.
            for _ in 0..<60 {
                Threads.run(50) { _ in
                    let records = (0..<3).compactMap { SlotPoolTests.live(age: UInt64($0)) }
                    for record in records { _ = SlotPoolTests.finish(record) }
                }
            }
            let records = (0..<SlotPool.capacity - 100).compactMap { SlotPoolTests.live(age: UInt64($0)) }
            #expect(records.count == SlotPool.capacity - 100)
            #expect(SlotPool.reclaimed == 0)
        }
    }

    @Test("threads that only end records hand their slots back when they exit")
    func threadExitAfterEndsOnly() async {
        await #expect(processExitsWith: .success) {
            // Started here, ended on threads that do nothing else: 20 000 slots pass through 400 threads.
            for _ in 0..<40 {
                let records = (0..<500).compactMap { SlotPoolTests.live(age: UInt64($0)) }
                try #require(records.count == 500)
                Threads.run(10) { thread in
                    for record in records[thread * 50..<thread * 50 + 50] { _ = SlotPoolTests.finish(record) }
                }
            }
            let records = (0..<SlotPool.capacity - 200).compactMap { SlotPoolTests.live(age: UInt64($0)) }
            #expect(records.count == SlotPool.capacity - 200)
            #expect(SlotPool.reclaimed == 0)
        }
    }

    @Test("idle threads do not keep so many slots that none are left")
    func idleThreads() async {
        await #expect(processExitsWith: .success) {
            let taken = Threads.run(1_200) { _ in
                let record = SlotPoolTests.live()
                let finished = record.map { SlotPoolTests.finish($0) } ?? false
                // All threads wait here with what they keep.
                SlotPoolTests.barrier.arriveAndWait()
                return finished
            }
            #expect(taken.allSatisfy { $0 })
        }
    }

    private static let barrier = Barrier(1_200)

    @Test("records that other threads were writing to at a fork are finished in the child, and nobody waits for them")
    func forkWhileWriting() async {
        await #expect(processExitsWith: .success) {
            let thread = cotel_thread_get()
            let others = try #require(SlotPoolTests.live())
            let mine = try #require(SlotPoolTests.live())
            let idle = try #require(SlotPoolTests.live())
            #expect(others.slot.lock(generation: others.generation))
            #expect(mine.slot.lock(generation: mine.generation))
            mine.slot.writeExclusively(generation: mine.generation) { SlotPool.resetAfterFork() }
            let start = cotel_monotonic_ns()
            #expect(!others.slot.lock(generation: others.generation))
            #expect(cotel_monotonic_ns() - start < 1_000_000_000)
            #expect(SlotPoolTests.finish(mine))
            #expect(SlotPoolTests.finish(idle))
            #expect(thread.pointee.writing == nil)
        }
    }

    @Test("records are reclaimed while threads start and end others, and each record has one end")
    func reclaimConcurrentSafe() async {
        await #expect(processExitsWith: .success) {
            let leaked = 3 * (SlotPool.capacity / 2)
            let outcomes = Threads.run(5) { thread -> (ended: Int, lost: Int) in
                var outcome = (ended: 0, lost: 0)
                // Two leak, so that all slots are in use; the others have each record for a moment only.
                for _ in 0..<(thread < 2 ? leaked / 2 : 20_000) {
                    guard let record = SlotPoolTests.live(age: cotel_monotonic_ns()) else { continue }
                    if thread < 2 { continue }
                    if SlotPoolTests.finish(record) { outcome.ended += 1 } else { outcome.lost += 1 }
                }
                return outcome
            }
            #expect(outcomes.map { $0.ended + $0.lost }.reduce(0, +) >= 30_000)
            #expect(Int(SlotPool.reclaimed) >= leaked - SlotPool.capacity)
            // What is live is reclaimed, and no slot was lost: all can be taken again.
            let records = (0..<SlotPool.capacity).compactMap { _ in SlotPoolTests.live(age: cotel_monotonic_ns()) }
            #expect(records.count == SlotPool.capacity)
        }
    }

    @Test("records started on one thread and ended on another never lose a slot")
    func handOverConcurrentSafe() async {
        await #expect(processExitsWith: .success) {
            for _ in 0..<20 {
                let records = Threads.run(4) { _ in (0..<200).compactMap { SlotPoolTests.live(age: UInt64($0)) } }
                let finished = Threads.run(4) { thread in
                    records[(thread + 1) % 4].filter { SlotPoolTests.finish($0) }.count
                }
                #expect(finished == [200, 200, 200, 200])
            }
            let records = (0..<SlotPool.capacity - 500).compactMap { SlotPoolTests.live(age: UInt64($0)) }
            #expect(Set(records.map(\.slot.pointer)).count == SlotPool.capacity - 500)
            #expect(SlotPool.reclaimed == 0)
        }
    }
}
