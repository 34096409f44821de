public import COTelRuntime

/// Where slots come from and return to.
///
/// Each thread keeps a short free list; a shared list behind it balances threads that start spans and threads that end
/// them. Slots are allocated in slabs up to `capacity` and never given back to the allocator. When all are in use, the
/// oldest live records are reclaimed: their handles go stale, and `reclaimed` counts them.
@usableFromInline package enum SlotPool {
    /// Most slots that exist at once: 32 MiB.
    package static let capacity = 16_384
    private static let slabSlots = 32
    private static let threadSlots: UInt32 = 64
    private static let reclaimBatch = 256

    /// A slot for a new record, or nil when every slot is being written to at this moment.
    @inlinable @inline(__always)
    package static func take(_ thread: UnsafeMutablePointer<cotel_thread>) -> Slot? {
        if let slot = thread.pointee.free_slots {
            thread.pointee.free_slots = slot.pointee.next
            thread.pointee.free_count &-= 1
            return Slot(slot)
        }
        return self.refill(thread)
    }

    /// Ends the record of `generation`, whose lock the caller holds, and gives the slot back.
    @inlinable @inline(__always)
    package static func give(_ slot: Slot, generation: UInt64, _ thread: UnsafeMutablePointer<cotel_thread>) {
        cotel_slot_set_in_use(slot.pointer, false)
        if _slowPath(slot.pointer.pointee.capacity != Slot.inlineCapacity) { slot.outgrown() }
        slot.unlock(generation: generation &+ 1)
        slot.pointer.pointee.next = thread.pointee.free_slots
        thread.pointee.free_slots = slot.pointer
        thread.pointee.free_count &+= 1
        if _slowPath(thread.pointee.free_count > 64 || thread.pointee.exit_armed == 0) { self.trim(thread) }
    }

    /// Live records whose slot was taken from them because all slots were in use.
    package static var reclaimed: UInt64 { self.shared.withLock { $0.reclaimed } }

    /// Frees the shared list, and finishes the records that other threads were writing to: nobody would unlock them.
    ///
    /// Only for the single thread of a forked child.
    package static func resetAfterFork() {
        self.shared.resetAfterFork()
        self.shared.withLock { state in
            self.forEachSlot(state) { slot in
                guard slot.isLocked, !slot.isWrittenByThisThread else { return }
                // What was half written stays where it is; the slot is not used again.
                slot.withdraw()
                slot.unlock(generation: slot.generation &+ 1)
            }
        }
    }

    // MARK: Shared list

    private struct State {
        var slabs: [UnsafeMutableRawPointer] = []
        var free: UnsafeMutablePointer<cotel_slot>?
        var reclaimed: UInt64 = 0
    }

    private static let shared = SpinLocked(State())

    @usableFromInline @inline(never)
    static func refill(_ thread: UnsafeMutablePointer<cotel_thread>) -> Slot? {
        self.armThreadExit(thread)
        return self.shared.withLock { state in
            if state.free == nil { self.addSlab(&state) }
            if state.free == nil { self.reclaimOldest(&state) }
            guard let first = state.free else { return nil }
            state.free = first.pointee.next
            // A thread takes some in advance while there are plenty; idle threads must not keep what others need.
            let isPlenty = state.slabs.count * self.slabSlots < self.capacity / 2
            for _ in 0..<(isPlenty ? self.slabSlots / 2 : 0) {
                guard let next = state.free else { break }
                state.free = next.pointee.next
                next.pointee.next = thread.pointee.free_slots
                thread.pointee.free_slots = next
                thread.pointee.free_count &+= 1
            }
            return Slot(first)
        }
    }

    @usableFromInline @inline(never)
    static func trim(_ thread: UnsafeMutablePointer<cotel_thread>) {
        self.armThreadExit(thread)
        self.shared.withLock { self.giveBack(thread, keeping: self.threadSlots / 2, &$0) }
    }

    private static func giveBack(
        _ thread: UnsafeMutablePointer<cotel_thread>,
        keeping: UInt32,
        _ state: inout State
    ) {
        while thread.pointee.free_count > keeping, let slot = thread.pointee.free_slots {
            thread.pointee.free_slots = slot.pointee.next
            thread.pointee.free_count &-= 1
            slot.pointee.next = state.free
            state.free = slot
        }
    }

    private static func addSlab(_ state: inout State) {
        guard state.slabs.count * self.slabSlots < self.capacity else { return }
        let size = Int(COTEL_SLOT_SIZE)
        let slab = UnsafeMutableRawPointer.allocate(byteCount: size * self.slabSlots, alignment: 128)
        for index in 0..<self.slabSlots {
            let block = (slab + index * size).bindMemory(to: cotel_slot.self, capacity: 1)
            let bytes = (UnsafeMutableRawPointer(block) + MemoryLayout<cotel_slot>.size)
                .assumingMemoryBound(to: UInt8.self)
            // Zeroed as a whole: cotel_slot has no initialiser that leaves out its 128 fingerprints.
            memset(block, 0, MemoryLayout<cotel_slot>.size)
            block.pointee.buffer = bytes
            block.pointee.capacity = Slot.inlineCapacity
            block.pointee.state = 2
            block.pointee.next = state.free
            state.free = block
        }
        state.slabs.append(slab)
    }

    /// Takes the slots of the oldest live records; records that are being written to are passed over.
    private static func reclaimOldest(_ state: inout State) {
        var live: [(age: UInt64, slot: Slot)] = []
        self.forEachSlot(state) { slot in
            if cotel_slot_in_use(slot.pointer) { live.append((cotel_slot_start_time(slot.pointer), slot)) }
        }
        live.sort { $0.age < $1.age }
        for (age, slot) in live.prefix(self.reclaimBatch) {
            let generation = slot.generation
            guard cotel_cas64(slot.state, generation &<< 1, generation &<< 1 | 1) else { continue }
            // Ended, or ended and started again, since it was looked at: its owner may be at work without the lock.
            guard cotel_slot_in_use(slot.pointer), cotel_slot_start_time(slot.pointer) == age else {
                _ = cotel_cas64(slot.state, generation &<< 1 | 1, generation &<< 1)
                continue
            }
            cotel_slot_set_in_use(slot.pointer, false)
            slot.releaseOutgrown()
            slot.releaseExtras()
            slot.unlock(generation: generation &+ 1)
            slot.pointer.pointee.next = state.free
            state.free = slot.pointer
            state.reclaimed &+= 1
        }
    }

    private static func forEachSlot(_ state: State, _ body: (Slot) -> Void) {
        for slab in state.slabs {
            for index in 0..<self.slabSlots {
                body(Slot((slab + index * Int(COTEL_SLOT_SIZE)).assumingMemoryBound(to: cotel_slot.self)))
            }
        }
    }

    // MARK: Thread exit

    private static func armThreadExit(_ thread: UnsafeMutablePointer<cotel_thread>) {
        _ = self.exitHandler
        cotel_arm_thread_exit(thread)
    }

    private static let exitHandler: Void = cotel_set_thread_exit_handler(0) { thread in
        SlotPool.shared.withLock { SlotPool.giveBack(thread, keeping: 0, &$0) }
    }
}

extension Slot {
    @usableFromInline @inline(never)
    func outgrown() {
        self.releaseOutgrown()
    }
}
