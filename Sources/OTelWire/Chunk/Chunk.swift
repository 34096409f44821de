/// A run of finished records, filled by application threads and read by one export thread.
///
/// Layout: records one after another, each an 8-byte header (size, label) and its bytes, padded to 8. Views keep the
/// chunk alive, so its memory is reused only when nobody else refers to it.
@usableFromInline package final class Chunk: @unchecked Sendable {
    // Safety: filled under its shard's lock, read-only once it has left the shard.
    package static let standardCapacity = 64 * 1024
    package static let headerSize = 8

    package let base: UnsafeMutableRawPointer
    package let capacity: Int
    package var used = 0
    package var count = 0

    package init(capacity: Int) {
        self.capacity = capacity
        self.base = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit {
        self.base.deallocate()
    }

    /// Bytes that a record of `size` bytes takes, header and padding included.
    @inlinable @inline(__always)
    package static func footprint(_ size: Int) -> Int {
        (size &+ 8 &+ 7) & ~7
    }

    /// Calls `body` with each record and its label, in the order in which they were appended.
    package func forEachRecord(_ body: (UnsafeRawBufferPointer, UInt32) -> Void) {
        var offset = 0
        while offset < self.used {
            let size = Int(self.base.load(fromByteOffset: offset, as: UInt32.self))
            let label = self.base.load(fromByteOffset: offset + 4, as: UInt32.self)
            body(UnsafeRawBufferPointer(start: self.base + offset + Self.headerSize, count: size), label)
            offset += Self.footprint(size)
        }
    }
}
