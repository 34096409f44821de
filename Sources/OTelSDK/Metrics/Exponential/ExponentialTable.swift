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
struct ExponentialTable: @unchecked Sendable {
    // Safety: written before anyone has it, never freed.
    private let entries: UnsafePointer<UInt64>

    /// Keep it: getting it takes a call.
    static let shared = ExponentialTable()

    static let scale = 8
    private static let bucketBits: UInt64 = 8
    private static let cellBits: UInt64 = 9
    private static let cellShift = 52 - cellBits

    struct Entry {
        fileprivate let bits: UInt64

        /// The bucket that the cell begins in.
        @inline(__always)
        var bucket: Int { Int(truncatingIfNeeded: self.bits & (1 &<< ExponentialTable.bucketBits &- 1)) }

        /// The greatest fraction of that bucket, be it in the cell or behind it; 2^52 for the last one.
        @inline(__always)
        var boundary: UInt64 { self.bits &>> ExponentialTable.bucketBits }
    }

    @inline(__always)
    subscript(fraction: UInt64) -> Entry {
        Entry(bits: self.entries[Int(truncatingIfNeeded: fraction &>> Self.cellShift)])
    }

    private init() {
        let cells = 1 << Int(Self.cellBits)
        let entries = UnsafeMutablePointer<UInt64>.allocate(capacity: cells)
        var bucket = 0
        var boundary = Self.boundary(1)
        for cell in 0..<cells {
            if boundary <= UInt64(cell) << Self.cellShift {
                bucket += 1
                boundary = Self.boundary(bucket + 1)
            }
            entries[cell] = boundary << Self.bucketBits | UInt64(bucket)
        }
        self.entries = UnsafePointer(entries)
    }

    /// The fraction of 2^(bucket / 256), rounded down.
    private static func boundary(_ bucket: Int) -> UInt64 {
        guard bucket < 256 else { return 1 << 52 }
        // The library's result is off by one at most: from above, the boundary is the first that is not beyond.
        var fraction = exp2(Double(bucket) / 256).significandBitPattern + 2
        while BinaryLogarithm.digits(self.scale, fraction: fraction) >= bucket { fraction -= 1 }
        return fraction
    }
}
