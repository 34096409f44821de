#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The boundaries of the 256 buckets between a power of two and the next at scale 8.
///
/// The fractions (52 bits) are divided into 512 cells of equal width. As that is less than the width of any bucket, a
/// cell has one boundary at most, and one entry tells all about it: 4 KiB, of which a value touches one word.
enum ExponentialTable {
    static let scale = 8
    private static let bucketBits: UInt64 = 8
    private static let cellBits: UInt64 = 9
    private static let cellShift = 52 - cellBits

    /// Of each cell: the bucket that it begins in, and above its bits the first fraction of the next bucket.
    private nonisolated(unsafe) static let entries: UnsafePointer<UInt64> = {
        // Safety: written here only, never freed.
        let cells = 1 << Int(cellBits)
        let entries = UnsafeMutablePointer<UInt64>.allocate(capacity: cells)
        var bucket = 0
        var next = Self.boundary(1)
        for cell in 0..<cells {
            if next <= UInt64(cell) << cellShift {
                bucket += 1
                next = Self.boundary(bucket + 1)
            }
            entries[cell] = next << bucketBits | UInt64(bucket)
        }
        return UnsafePointer(entries)
    }()

    /// The bucket of a fraction, where a boundary belongs to the bucket above it.
    @inline(__always)
    static func bucket(_ fraction: UInt64) -> Int64 {
        let entry = self.entries[Int(truncatingIfNeeded: fraction &>> self.cellShift)]
        let bucket = Int64(truncatingIfNeeded: entry & (1 &<< self.bucketBits &- 1))
        return bucket &+ (fraction >= entry &>> self.bucketBits ? 1 : 0)
    }

    /// The fraction of 2^(bucket / 256), rounded down.
    static func boundary(_ bucket: Int) -> UInt64 {
        guard bucket < 256 else { return 1 << 52 }
        // The library's result is off by one at most, in whatever direction.
        var fraction = exp2(Double(bucket) / 256).significandBitPattern
        while BinaryLogarithm.digits(self.scale, fraction: fraction) >= bucket { fraction -= 1 }
        while BinaryLogarithm.digits(self.scale, fraction: fraction + 1) < bucket { fraction += 1 }
        return fraction
    }
}
