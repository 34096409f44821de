public import COTelRuntime

// "Last value wins" and the attribute count limit, decided without looking at the attributes already written: a bloom
// word says in one test that a key is new; only when it may be known are the 16-bit fingerprints compared, and only
// when one matches are the bytes walked.
extension Slot {
    /// Where the fingerprints stand in the block.
    @inlinable @inline(__always)
    var fingerprints: UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(self.pointer) + MemoryLayout<cotel_slot>.offset(of: \.fingerprints).unsafelyUnwrapped
    }

    /// Decides whether a value of `key` may be written now.
    ///
    /// An older value of the key is cut out first.
    ///
    /// False when the record has as many attributes as its limit allows, or the key is empty: both are counted.
    @inlinable @inline(__always)
    func admit(_ tag: UInt8, _ key: UnsafeRawPointer, _ count: Int) -> Bool {
        let fingerprint = Self.fingerprint(key, count)
        let bit = UInt64(1) &<< UInt64(fingerprint)
        if _slowPath(self.pointer.pointee.bloom & bit != 0) { self.removeKnown(tag, fingerprint, key, count) }
        let known = self.pointer.pointee.attribute_count
        guard _fastPath(known < self.pointer.pointee.limits.unsafelyUnwrapped.pointee.attributes && count > 0) else {
            self.pointer.pointee.attributes_dropped &+= 1
            return false
        }
        self.pointer.pointee.bloom |= bit
        if _fastPath(known < COTEL_SLOT_FINGERPRINTS) {
            self.fingerprints.storeBytes(of: fingerprint, toByteOffset: Int(known) &* 2, as: UInt16.self)
        }
        self.pointer.pointee.attribute_count = known &+ 1
        return true
    }

    /// Counts a value that finds no room; the record keeps what it had.
    @usableFromInline @inline(never)
    func refuse() {
        self.pointer.pointee.attributes_dropped &+= 1
    }

    @inlinable @inline(__always)
    static func fingerprint(_ key: UnsafeRawPointer, _ count: Int) -> UInt16 {
        let head: UInt32
        let tail: UInt32
        if _fastPath(count >= 4) {
            head = key.loadUnaligned(as: UInt32.self)
            tail = key.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
        } else if count > 0 {
            head = UInt32(key.load(as: UInt8.self))
            tail = UInt32(key.load(fromByteOffset: count &- 1, as: UInt8.self))
        } else {
            return 0
        }
        let mixed = head ^ (tail &* 0x9e37_79b1) ^ (UInt32(truncatingIfNeeded: count) &* 0x85eb_ca6b)
        return UInt16(truncatingIfNeeded: (mixed &* 0xc2b2_ae35) &>> 16)
    }

    @usableFromInline @inline(never)
    func removeKnown(_ tag: UInt8, _ fingerprint: UInt16, _ key: UnsafeRawPointer, _ count: Int) {
        let start = Int(self.pointer.pointee.nested_start)
        guard start > 0 || self.mayHold(fingerprint) else { return }
        var offset = start
        while let field = self.field(at: offset) {
            if field.tag == tag, self.isKey(at: field.body, key, count) {
                self.cut(offset, field.end)
                self.pointer.pointee.attribute_count -= 1
                if start == 0 { self.rebuildFingerprints(tag) }
                return
            }
            offset = field.end
        }
    }

    /// Whether the record has an attribute of this key.
    package func holds(_ tag: UInt8, _ key: UnsafeRawPointer, _ count: Int) -> Bool {
        var offset = 0
        while let field = self.field(at: offset) {
            if field.tag == tag, self.isKey(at: field.body, key, count) { return true }
            offset = field.end
        }
        return false
    }

    /// Cuts out the attribute of this key; false when there is none.
    package func removeAttribute(_ tag: UInt8, _ key: UnsafeRawPointer, _ count: Int) -> Bool {
        let before = self.pointer.pointee.attribute_count
        self.removeKnown(tag, Self.fingerprint(key, count), key, count)
        return self.pointer.pointee.attribute_count < before
    }

    private func mayHold(_ fingerprint: UInt16) -> Bool {
        let count = Int(self.pointer.pointee.attribute_count)
        guard count <= Int(COTEL_SLOT_FINGERPRINTS) else { return true }
        for index in 0..<count
        where self.fingerprints.load(fromByteOffset: index * 2, as: UInt16.self) == fingerprint {
            return true
        }
        return false
    }

    /// Whether the `KeyValue` whose body begins at `offset` has this key; keys are written first.
    private func isKey(at offset: Int, _ key: UnsafeRawPointer, _ count: Int) -> Bool {
        var position = offset + 1
        let bytes = self.pointer.pointee.buffer
        guard Self.readVarint(bytes, &position) == count else { return false }
        return count == 0
            || bytes[position] == key.load(as: UInt8.self) && memcmp(bytes + position, key, count) == 0
    }

    private func rebuildFingerprints(_ tag: UInt8) {
        var offset = 0
        var index = 0
        while let field = self.field(at: offset), index < Int(COTEL_SLOT_FINGERPRINTS) {
            if field.tag == tag {
                var position = field.body + 1
                let bytes = self.pointer.pointee.buffer
                let count = Self.readVarint(bytes, &position)
                let fingerprint = Self.fingerprint(UnsafeRawPointer(bytes + position), count)
                self.fingerprints.storeBytes(of: fingerprint, toByteOffset: index * 2, as: UInt16.self)
                index += 1
            }
            offset = field.end
        }
    }
}
