import COTelRuntime
import OTelWire
import TestSupport
import Testing

/// Each test runs in a process of its own: the pool belongs to the process.
@Suite("Records that are more than their bytes")
struct SlotExtrasTests {
    final class Extra: Sendable {
        static let alive = Counter()
        init() { Self.alive.add(1) }
        deinit { Self.alive.add(-1) }
    }

    final class Counter: @unchecked Sendable {
        // Safety: touched by one thread, or atomically.
        private let word = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
        init() { self.word.initialize(to: 0) }
        var value: Int { Int(cotel_load64(self.word)) }
        func add(_ amount: Int) { _ = cotel_add64(self.word, UInt64(bitPattern: Int64(amount))) }
    }

    private static func attach(_ slot: Slot) {
        slot.pointer.pointee.extras = Unmanaged.passRetained(Extra()).toOpaque()
    }

    @Test("what is kept with a record goes when the record is reclaimed, once")
    func reclaim() async {
        await #expect(processExitsWith: .success) {
            for age in 0..<SlotPool.capacity {
                let record = try #require(SlotPoolTests.live(age: UInt64(age)))
                SlotExtrasTests.attach(record.slot)
            }
            #expect(Extra.alive.value == SlotPool.capacity)
            let more = try #require(SlotPoolTests.live(age: UInt64.max))
            #expect(more.slot.pointer.pointee.extras == nil)
            #expect(SlotPool.reclaimed > 0)
            #expect(Extra.alive.value == SlotPool.capacity - Int(SlotPool.reclaimed))
            SlotExtrasTests.attach(more.slot)
            more.slot.releaseExtras()
            more.slot.releaseExtras()
            #expect(Extra.alive.value == SlotPool.capacity - Int(SlotPool.reclaimed))
        }
    }

    @Test("a record that was withdrawn stays with its owner however short records run")
    func withdrawn() async {
        await #expect(processExitsWith: .success) {
            let oldest = try #require(SlotPoolTests.live(age: 0))
            #expect(oldest.slot.lock(generation: oldest.generation))
            oldest.slot.withdraw()
            oldest.slot.unlock(generation: oldest.generation + 1)
            for age in 1...SlotPool.capacity + 100 { _ = SlotPoolTests.live(age: UInt64(age)) }
            #expect(SlotPool.reclaimed > 0)
            #expect(oldest.slot.isAlive(generation: oldest.generation + 1))
            #expect(!oldest.slot.lock(generation: oldest.generation))
            // Published again it is the oldest.
            oldest.slot.publish()
            for age in 0..<SlotPool.capacity { _ = SlotPoolTests.live(age: UInt64(SlotPool.capacity * 2 + age)) }
            #expect(!oldest.slot.isAlive(generation: oldest.generation + 1))
        }
    }

    @Test("a record that moves on to a new generation is locked for everybody")
    func advance() async {
        await #expect(processExitsWith: .success) {
            let record = try #require(SlotPoolTests.live())
            #expect(record.slot.lock(generation: record.generation))
            record.slot.advance(to: record.generation + 1)
            #expect(!record.slot.isAlive(generation: record.generation))
            #expect(!record.slot.lock(generation: record.generation))
            #expect(record.slot.isAlive(generation: record.generation + 1))
            // Still locked: another thread gets in only when it is unlocked.
            let entered = Counter()
            let inTime = Threads.run(2) { thread -> Bool in
                if thread == 1 {
                    defer { entered.add(1) }
                    return record.slot.lock(generation: record.generation + 1)
                }
                let isEarly = Threads.wait(upTo: .milliseconds(20)) { entered.value > 0 }
                record.slot.unlock(generation: record.generation + 1)
                return !isEarly
            }
            #expect(inTime == [true, true])
            SlotPool.give(record.slot, generation: record.generation + 1, cotel_thread_get())
            #expect(!record.slot.isAlive(generation: record.generation + 1))
        }
    }
}
