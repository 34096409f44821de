public import COTelRuntime

/// A pooled block in which one record (a span, a log record) is written in its final OTLP form.
///
/// Plain data: copying a `Slot` copies a pointer. Who owns the record holds its generation; `lock(generation:)` both
/// proves the record alive and excludes every other writer, so late calls on a finished record do nothing.
@frozen @usableFromInline package struct Slot: @unchecked Sendable {
    // Safety: the block is immortal (it returns to a pool, never to the allocator) and written under its lock word.
    @usableFromInline package let pointer: UnsafeMutablePointer<cotel_slot>

    @inlinable @inline(__always)
    package init(_ pointer: UnsafeMutablePointer<cotel_slot>) {
        self.pointer = pointer
    }

    @inlinable @inline(__always)
    var state: UnsafeMutablePointer<UInt64> {
        cotel_slot_state(self.pointer)
    }

    /// The generation of the record that is being written; the next record gets the next one.
    @inlinable @inline(__always)
    package var generation: UInt64 { cotel_load64_relaxed(self.state) &>> 1 }

    /// From now on the slot may be taken from a record that nobody ends; what was written before is visible then.
    @inlinable @inline(__always)
    package func publish() {
        cotel_slot_set_in_use(self.pointer, true)
    }

    /// From now on the slot stays with its record, even if nobody ends that.
    package func withdraw() {
        cotel_slot_set_in_use(self.pointer, false)
    }

    /// Lets go of the object that was kept with the record.
    package func releaseExtras() {
        guard let extras = self.pointer.pointee.extras else { return }
        self.pointer.pointee.extras = nil
        Unmanaged<AnyObject>.fromOpaque(extras).release()
    }

    /// Takes the record for writing; false when it is finished.
    @inlinable @inline(__always)
    package func lock(generation: UInt64) -> Bool {
        let free = generation &<< 1
        if _fastPath(cotel_cas64(self.state, free, free | 1)) { return true }
        return self.lockContended(free)
    }

    /// A writer holds the lock for nanoseconds, longer only when its thread is suspended.
    ///
    /// A thread that would wait for itself, from inside a closure that writes to the record, gives up; so does, after
    /// ten seconds, one of several whose closures wait for each other.
    @usableFromInline @inline(never)
    func lockContended(_ free: UInt64) -> Bool {
        if self.isWrittenByThisThread { return false }
        let patience: UInt64 = 10_000_000_000
        let start = cotel_monotonic_ns()
        while cotel_monotonic_ns() &- start < patience {
            for _ in 0..<64 {
                let seen = cotel_load64_relaxed(self.state)
                if seen | 1 != free | 1 { return false }
                if seen == free, cotel_cas64(self.state, free, free | 1) { return true }
                cotel_pause()
            }
            cotel_yield()
        }
        return false
    }

    var isLocked: Bool { cotel_load64_relaxed(self.state) & 1 != 0 }

    @inlinable @inline(__always)
    package func unlock(generation: UInt64) {
        cotel_store64(self.state, generation &<< 1)
    }

    /// Moves a locked record on to a generation that no handle knows, still locked.
    package func advance(to generation: UInt64) {
        cotel_store64(self.state, generation &<< 1 | 1)
    }

    var isWrittenByThisThread: Bool {
        var held = cotel_thread_get().pointee.writing
        while let slot = held {
            if slot == self.pointer { return true }
            held = slot.pointee.next
        }
        return false
    }

    /// Runs `write` on a locked record and unlocks it.
    ///
    /// The thread's calls on the same record from inside do nothing.
    @inlinable @inline(__always)
    package func writeExclusively(generation: UInt64, _ write: () -> Void) {
        let thread = cotel_thread_get()
        // A live record is on no free list: `next` chains the records that this thread's closures write to.
        self.pointer.pointee.next = thread.pointee.writing
        thread.pointee.writing = self.pointer
        write()
        thread.pointee.writing = self.pointer.pointee.next
        self.unlock(generation: generation)
    }

    /// True while the record of `generation` is unfinished; another thread may finish it at any time.
    @inlinable @inline(__always)
    package func isAlive(generation: UInt64) -> Bool {
        cotel_load64(self.state) &>> 1 == generation
    }
}

// The bytes.
extension Slot {
    /// The bytes of the block that follow the header.
    @inlinable static var inlineCapacity: UInt32 { UInt32(Int(COTEL_SLOT_SIZE) - MemoryLayout<cotel_slot>.size) }

    private var inlineBuffer: UnsafeMutablePointer<UInt8> {
        (UnsafeMutableRawPointer(self.pointer) + MemoryLayout<cotel_slot>.size).assumingMemoryBound(to: UInt8.self)
    }

    /// The position behind the bytes written so far.
    @inlinable @inline(__always)
    package var cursor: UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(self.pointer.pointee.buffer) + Int(self.pointer.pointee.length)
    }

    /// Room for `size` more bytes at the cursor, or nil when the record would outgrow `limits.record_bytes`.
    @inlinable @inline(__always)
    package func reserve(_ size: Int) -> UnsafeMutableRawPointer? {
        let length = Int(self.pointer.pointee.length)
        if _fastPath(length &+ size <= Int(self.pointer.pointee.capacity)) { return self.cursor }
        return self.reserveSlow(size)
    }

    /// Room for the few bytes that end a record, beyond its limit if need be.
    @inlinable @inline(__always)
    package func reserveTail(_ size: Int) -> UnsafeMutableRawPointer {
        let length = Int(self.pointer.pointee.length)
        if _fastPath(length &+ size <= Int(self.pointer.pointee.capacity)) { return self.cursor }
        return self.grow(to: length + size)
    }

    /// Ends a write that began at the cursor.
    @inlinable @inline(__always)
    package func commit(_ end: UnsafeMutableRawPointer) {
        self.pointer.pointee.length = UInt32(
            truncatingIfNeeded: end - UnsafeMutableRawPointer(self.pointer.pointee.buffer)
        )
    }

    @usableFromInline @inline(never)
    func reserveSlow(_ size: Int) -> UnsafeMutableRawPointer? {
        let needed = Int(self.pointer.pointee.length) + size
        let limit = self.pointer.pointee.limits.map { Int($0.pointee.record_bytes) } ?? Int(Int32.max)
        guard needed <= limit else { return nil }
        return self.grow(to: min(max(needed, Int(self.pointer.pointee.capacity) * 4), limit))
    }

    @usableFromInline @inline(never)
    func grow(to capacity: Int) -> UnsafeMutableRawPointer {
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        grown.update(from: self.pointer.pointee.buffer, count: Int(self.pointer.pointee.length))
        self.releaseOutgrown()
        self.pointer.pointee.buffer = grown
        self.pointer.pointee.capacity = UInt32(capacity)
        return self.cursor
    }

    /// Frees storage beyond the block; the bytes are gone.
    func releaseOutgrown() {
        guard self.pointer.pointee.buffer != self.inlineBuffer else { return }
        self.pointer.pointee.buffer.deallocate()
        self.pointer.pointee.buffer = self.inlineBuffer
        self.pointer.pointee.capacity = Self.inlineCapacity
    }

    /// The bytes written so far; valid until the next write.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.pointer.pointee.buffer, count: Int(self.pointer.pointee.length))
    }
}

// Fields.
extension Slot {
    /// A length-delimited field; false when the record is full.
    @inlinable @inline(__always) @discardableResult
    package func putField(_ tag: UInt8, _ bytes: UnsafeRawPointer, _ count: Int) -> Bool {
        guard let start = self.reserve(count &+ 11) else { return false }
        self.commit(Wire.putField(tag, bytes, count, to: start))
        return true
    }

    /// Begins a nested message; hand the mark to `endMessage`.
    ///
    /// Nil when the record is full.
    @inlinable @inline(__always)
    package func beginMessage(_ tag: UInt8) -> Int? {
        guard let start = self.reserve(2) else { return nil }
        self.commit(Wire.put16(UInt16(tag), to: start))
        return Int(self.pointer.pointee.length)
    }

    /// Puts the exact length in front of what was written since `mark`, beyond the record's limit if need be.
    @inlinable @inline(__always)
    package func endMessage(_ mark: Int) {
        let size = Int(self.pointer.pointee.length) &- mark
        if _slowPath(size >= 0x80) { return self.endLongMessage(mark, size) }
        self.pointer.pointee.buffer[mark &- 1] = UInt8(truncatingIfNeeded: size)
    }

    @usableFromInline @inline(never)
    func endLongMessage(_ mark: Int, _ size: Int) {
        let extra = Wire.varintSize(UInt64(size)) - 1
        _ = self.reserveTail(extra)
        let body = UnsafeMutableRawPointer(self.pointer.pointee.buffer) + mark
        (body + extra).copyMemory(from: body, byteCount: size)
        self.pointer.pointee.length += UInt32(extra)
        _ = Wire.putVarint(UInt64(size), to: body - 1)
    }

    package func truncate(to length: Int) {
        self.pointer.pointee.length = UInt32(length)
    }

    /// Cuts every field with this one-byte tag out of the first `end` bytes of the record.
    package func removeFields(_ tag: UInt8, before end: Int = .max) {
        var offset = 0
        var end = end
        while offset < end, let field = self.field(at: offset) {
            if field.tag == tag {
                self.cut(offset, field.end)
                end -= field.end - offset
            } else {
                offset = field.end
            }
        }
    }

    /// The text of the first field with this one-byte tag.
    package func text(of tag: UInt8) -> String? {
        var offset = 0
        while let field = self.field(at: offset) {
            if field.tag == tag {
                let bytes = UnsafeRawBufferPointer(rebasing: self.bytes[field.body..<field.end])
                return String(decoding: bytes, as: UTF8.self)
            }
            offset = field.end
        }
        return nil
    }

    func cut(_ start: Int, _ end: Int) {
        let base = UnsafeMutableRawPointer(self.pointer.pointee.buffer)
        let length = Int(self.pointer.pointee.length)
        (base + start).copyMemory(from: base + end, byteCount: length - end)
        self.pointer.pointee.length = UInt32(length - (end - start))
    }

    /// The field at `offset` of a record that this module wrote: its tag's first byte, where its body begins and ends.
    func field(at offset: Int) -> (tag: UInt8, body: Int, end: Int)? {
        guard offset < Int(self.pointer.pointee.length) else { return nil }
        let bytes = self.pointer.pointee.buffer
        let tag = bytes[offset]
        var position = offset + 1
        var last = tag
        while last >= 0x80 {
            last = bytes[position]
            position += 1
        }
        switch tag & 7 {
        case 0:
            while bytes[position] >= 0x80 { position += 1 }
            return (tag, position, position + 1)
        case 1:
            return (tag, position, position + 8)
        case 5:
            return (tag, position, position + 4)
        default:
            let length = Self.readVarint(bytes, &position)
            return (tag, position, position + length)
        }
    }

    static func readVarint(_ bytes: UnsafePointer<UInt8>, _ position: inout Int) -> Int {
        var result = 0
        var shift = 0
        while bytes[position] >= 0x80 {
            result |= Int(bytes[position] & 0x7f) << shift
            shift += 7
            position += 1
        }
        result |= Int(bytes[position]) << shift
        position += 1
        return result
    }
}
