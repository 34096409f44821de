public import COTelRuntime

/// Finished records on their way from any number of threads to one consumer.
///
/// Threads append under the spin flag of their shard; a full chunk moves to a list. Bounded in records and in bytes:
/// a record counts from `append` until the consumer calls `release`, so what is being exported counts too. At the
/// bound the new record is dropped and counted.
@usableFromInline package final class ChunkQueue: @unchecked Sendable {
    // Safety: shards are touched under their flag, `load` and `closed` atomically, the rest is immutable or locked.
    @usableFromInline let shards: UnsafeMutablePointer<cotel_shard>
    /// Records held << 40 | bytes held; a cache line of its own, followed by the closed flag on another.
    @usableFromInline let load: UnsafeMutablePointer<UInt64>
    @usableFromInline let maxItems: UInt64
    @usableFromInline let maxBytes: UInt64
    @usableFromInline let wakeItems: UInt64
    @usableFromInline let wakeBytes: UInt64
    private let wake: @Sendable () -> Void
    private let lists = SpinLocked(Lists())

    private struct Lists {
        var full: [Chunk] = []
        var spare: [Chunk] = []
    }

    @usableFromInline static var shardCount: Int { 8 }
    @usableFromInline static var itemUnit: UInt64 { 1 &<< 40 }
    private static let spareChunks = 16

    /// - Parameters:
    ///   - maxItems: records held at most, below 2^24.
    ///   - maxBytes: bytes held at most, below 2^40.
    ///   - wakeItems: `wake` is called by the thread whose record brings the number held to this, or the bytes held to
    ///     half of what they may be.
    ///   - wake: called on application threads, after every lock is released.
    package init(maxItems: Int, maxBytes: Int, wakeItems: Int, wake: @escaping @Sendable () -> Void) {
        self.maxItems = UInt64(maxItems)
        self.maxBytes = UInt64(maxBytes)
        self.wakeItems = UInt64(wakeItems)
        self.wakeBytes = UInt64(maxBytes / 2)
        self.wake = wake
        let size = Self.shardCount * MemoryLayout<cotel_shard>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size + 256, alignment: 128)
        memset(memory, 0, size + 256)
        self.shards = memory.bindMemory(to: cotel_shard.self, capacity: Self.shardCount)
        self.load = (memory + size).bindMemory(to: UInt64.self, capacity: 32)
    }

    deinit {
        for index in 0..<Self.shardCount { _ = Self.detach(self.shards + index) }
        UnsafeMutableRawPointer(self.shards).deallocate()
    }

    @inlinable @inline(__always)
    var closed: UnsafeMutablePointer<UInt64> { self.load + 16 }

    /// Appends a record of exactly `size` bytes that `fill` writes.
    @inlinable @inline(__always)
    package func append(
        _ thread: UnsafeMutablePointer<cotel_thread>,
        size: Int,
        label: UInt32,
        _ fill: (UnsafeMutableRawPointer) -> Void
    ) {
        let shard = self.shards + Int(thread.pointee.index) & (Self.shardCount &- 1)
        let footprint = Chunk.footprint(size)
        let flag = cotel_shard_lock(shard)
        // A giant must not take the room of others, not even for the moment of its refusal.
        guard _fastPath(footprint <= Int(truncatingIfNeeded: self.maxBytes)) else { return self.refuseGiant(thread) }
        cotel_lock(flag)
        let held = cotel_add64(self.load, Self.itemUnit &+ UInt64(truncatingIfNeeded: footprint))
        guard _fastPath(self.admits(held, footprint)), let start = self.room(shard, footprint) else {
            return self.refuse(shard, footprint)
        }
        start.storeBytes(of: UInt32(truncatingIfNeeded: size), as: UInt32.self)
        start.storeBytes(of: label, toByteOffset: 4, as: UInt32.self)
        fill(start + 8)
        shard.pointee.used &+= UInt64(truncatingIfNeeded: footprint)
        shard.pointee.count &+= 1
        shard.pointee.appended &+= 1
        cotel_unlock(flag)
        if _slowPath(self.crossesWake(held, footprint)) { self.callWake() }
    }

    @inlinable @inline(__always)
    func admits(_ held: UInt64, _ footprint: Int) -> Bool {
        held &>> 40 < self.maxItems
            && (held & (Self.itemUnit &- 1)) &+ UInt64(truncatingIfNeeded: footprint) <= self.maxBytes
            && cotel_load64(self.closed) == 0
    }

    /// Whether this record brings what is held to the number, or to the bytes, that the consumer wakes at.
    @inlinable @inline(__always)
    func crossesWake(_ held: UInt64, _ footprint: Int) -> Bool {
        let bytes = held & (Self.itemUnit &- 1)
        return (held &>> 40) &+ 1 == self.wakeItems
            || bytes < self.wakeBytes && bytes &+ UInt64(truncatingIfNeeded: footprint) >= self.wakeBytes
    }

    @inlinable @inline(__always)
    func room(_ shard: UnsafeMutablePointer<cotel_shard>, _ footprint: Int) -> UnsafeMutableRawPointer? {
        let used = shard.pointee.used
        if _fastPath(used &+ UInt64(truncatingIfNeeded: footprint) <= shard.pointee.capacity) {
            return UnsafeMutableRawPointer(shard.pointee.base).map { $0 + Int(truncatingIfNeeded: used) }
        }
        return self.nextChunk(shard, footprint)
    }

    @usableFromInline @inline(never)
    func nextChunk(_ shard: UnsafeMutablePointer<cotel_shard>, _ footprint: Int) -> UnsafeMutableRawPointer? {
        let replaced = Self.detach(shard)
        let chunk = self.lists.withLock { lists in
            if let replaced, replaced.count > 0 { lists.full.append(replaced) }
            return footprint <= Chunk.standardCapacity ? lists.spare.popLast() : nil
        }
        if let replaced, replaced.count == 0 { self.recycle(replaced) }
        let next = chunk ?? Chunk(capacity: max(Chunk.standardCapacity, footprint))
        shard.pointee.base = next.base.assumingMemoryBound(to: UInt8.self)
        shard.pointee.capacity = UInt64(next.capacity)
        shard.pointee.chunk = Unmanaged.passRetained(next).toOpaque()
        return next.base
    }

    /// Unlocks the shard and counts the record that it cannot take.
    @usableFromInline @inline(never)
    func refuse(_ shard: UnsafeMutablePointer<cotel_shard>, _ footprint: Int) {
        self.giveUp(items: 1, bytes: footprint)
        if cotel_load64(self.closed) != 0 {
            shard.pointee.dropped_closed &+= 1
        } else {
            shard.pointee.dropped_full &+= 1
        }
        cotel_unlock(cotel_shard_lock(shard))
    }

    @usableFromInline @inline(never)
    func refuseGiant(_ thread: UnsafeMutablePointer<cotel_thread>) {
        self.count(.tooLarge, thread)
    }

    /// Counts what happened to a record outside of the queue.
    package func count(_ event: Event, _ thread: UnsafeMutablePointer<cotel_thread>) {
        let shard = self.shards + Int(thread.pointee.index) & (Self.shardCount - 1)
        let flag = cotel_shard_lock(shard)
        cotel_lock(flag)
        switch event {
        case .full: shard.pointee.dropped_full &+= 1
        case .tooLarge: shard.pointee.dropped_large &+= 1
        case .closed: shard.pointee.dropped_closed &+= 1
        case .filtered: shard.pointee.filtered &+= 1
        case .truncated: shard.pointee.truncated &+= 1
        }
        cotel_unlock(flag)
    }

    /// What happens to a record before it is queued: the first three keep it out, and count as accepted and dropped.
    package enum Event: Sendable { case full, tooLarge, closed, filtered, truncated }

    @usableFromInline @inline(never)
    func callWake() {
        self.wake()
    }
}

// The consumer's side.
extension ChunkQueue {
    /// Whether so much is held that the consumer should go on.
    package var isAtWake: Bool {
        let held = self.held
        return held.items >= Int(self.wakeItems) || held.bytes >= Int(self.wakeBytes)
    }

    /// How many records and bytes are held, those handed out and not yet released included.
    package var held: (items: Int, bytes: Int) {
        let held = cotel_load64_relaxed(self.load)
        return (Int(held >> 40), Int(held & (Self.itemUnit - 1)))
    }

    /// Everything appended before the call, and possibly later records.
    ///
    /// Each stays counted until `release`.
    package func drain() -> [Chunk] {
        var current: [Chunk] = []
        for index in 0..<Self.shardCount {
            let shard = self.shards + index
            let flag = cotel_shard_lock(shard)
            cotel_lock(flag)
            let chunk = shard.pointee.count > 0 ? Self.detach(shard) : nil
            cotel_unlock(flag)
            if let chunk { current.append(chunk) }
        }
        // The list comes second: a chunk that filled up meanwhile has moved there.
        var chunks: [Chunk] = []
        chunks.reserveCapacity(16)
        self.lists.withLock { swap(&$0.full, &chunks) }
        return chunks + current
    }

    /// Says that records are done with, exported or not.
    package func release(items: Int, bytes: Int) {
        self.giveUp(items: items, bytes: bytes)
    }

    /// Takes a chunk's memory for new records, unless a view still refers to it.
    package func recycle(_ chunk: consuming Chunk) {
        var candidate = consume chunk
        guard candidate.capacity == Chunk.standardCapacity, isKnownUniquelyReferenced(&candidate) else { return }
        candidate.used = 0
        candidate.count = 0
        self.keepSpare(candidate)
    }

    private func keepSpare(_ chunk: Chunk) {
        self.lists.withLock { lists in
            if lists.spare.count < Self.spareChunks { lists.spare.append(chunk) }
        }
    }

    /// Gives back the memory that is kept for further records.
    ///
    /// Only after `close` and the last `drain`.
    package func freeSpares() {
        self.lists.withLock { $0.spare = [] }
        for index in 0..<Self.shardCount {
            let shard = self.shards + index
            let flag = cotel_shard_lock(shard)
            cotel_lock(flag)
            let unused = shard.pointee.count == 0 ? Self.detach(shard) : nil
            cotel_unlock(flag)
            _ = unused
        }
    }

    /// From now on every record is dropped and counted as late.
    ///
    /// Appends that had begun are still drained.
    package func close() {
        cotel_store64(self.closed, 1)
    }

    /// What became of the records that were offered.
    package struct Counts: Sendable {
        package var appended = 0
        package var droppedFull = 0
        package var droppedLarge = 0
        package var droppedClosed = 0
        package var filtered = 0
        package var truncated = 0

        package init() {}
    }

    package func counts() -> Counts {
        var counts = Counts()
        for index in 0..<Self.shardCount {
            let shard = self.shards + index
            let flag = cotel_shard_lock(shard)
            cotel_lock(flag)
            counts.appended += Int(shard.pointee.appended)
            counts.droppedFull += Int(shard.pointee.dropped_full)
            counts.droppedLarge += Int(shard.pointee.dropped_large)
            counts.droppedClosed += Int(shard.pointee.dropped_closed)
            counts.filtered += Int(shard.pointee.filtered)
            counts.truncated += Int(shard.pointee.truncated)
            cotel_unlock(flag)
        }
        return counts
    }

    /// Drops what is held.
    ///
    /// Only for the single thread of a forked child: the records belong to the parent.
    package func discardAfterFork() {
        self.lists.resetAfterFork()
        for index in 0..<Self.shardCount {
            let shard = self.shards + index
            // The parent's thread may have been inside: what its chunk holds is unusable, its memory stays leaked.
            memset(shard, 0, MemoryLayout<cotel_shard>.size)
        }
        self.lists.withLock { $0 = Lists() }
        cotel_store64(self.load, 0)
    }

    /// Takes the chunk out of a locked shard.
    private static func detach(_ shard: UnsafeMutablePointer<cotel_shard>) -> Chunk? {
        guard let opaque = shard.pointee.chunk else { return nil }
        let chunk = Unmanaged<Chunk>.fromOpaque(opaque).takeRetainedValue()
        chunk.used = Int(shard.pointee.used)
        chunk.count = Int(shard.pointee.count)
        shard.pointee.chunk = nil
        shard.pointee.base = nil
        shard.pointee.used = 0
        shard.pointee.capacity = 0
        shard.pointee.count = 0
        return chunk
    }

    @usableFromInline
    func giveUp(items: Int, bytes: Int) {
        _ = cotel_add64(self.load, 0 &- (UInt64(items) &<< 40 &+ UInt64(bytes)))
    }
}
