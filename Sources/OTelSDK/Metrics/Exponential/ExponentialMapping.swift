#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Which bucket of a base-2 exponential histogram a value belongs to, exactly.
///
/// Bucket `i` holds what is greater than base^i, up to and including base^(i+1), where base = 2^(2^-scale). Halving the
/// scale's resolution halves indexes: that of scale `s - k` is that of scale `s`, shifted right by `k`.
enum ExponentialMapping {
    private static let fractionBits: Int64 = 52
    private static let fractionMask: Int64 = 1 << 52 - 1
    private static let bias: Int64 = 1023

    /// The index of a positive, finite value at a scale up to 20.
    @inline(__always)
    static func index(of value: Double, scale: Int) -> Int {
        var bits = Int64(bitPattern: value.bitPattern)
        if _slowPath(bits <= self.fractionMask) { bits = self.normalized(bits) }
        guard _fastPath(scale <= ExponentialTable.scale) else { return self.fineIndex(bits, scale) }
        return self.coarseIndex(bits) &>> (ExponentialTable.scale &- scale)
    }

    /// Gives a subnormal number the bits that it would have with exponents below the least.
    @inline(never)
    private static func normalized(_ bits: Int64) -> Int64 {
        let shift = Int64(bits.leadingZeroBitCount) - 11
        return bits << shift - shift << self.fractionBits
    }

    /// The index at scale 8.
    ///
    /// The bits less one are those of the next smaller `Double`: it is in the same bucket, except that a number which
    /// is a bucket's lower boundary (rounded down) counts as part of that bucket. So powers of two are no exception.
    @inline(__always)
    private static func coarseIndex(_ bits: Int64) -> Int {
        let smaller = bits &- 1
        let exponent = smaller &>> self.fractionBits &- self.bias
        let bucket = ExponentialTable.bucket(UInt64(bitPattern: smaller & self.fractionMask))
        return Int(truncatingIfNeeded: exponent &<< Int64(ExponentialTable.scale) | bucket)
    }

    /// The index at a scale greater than 0.
    @inline(never)
    private static func fineIndex(_ bits: Int64, _ scale: Int) -> Int {
        let first = Int(truncatingIfNeeded: bits &>> self.fractionBits &- self.bias) &<< scale
        let fraction = UInt64(bitPattern: bits & self.fractionMask)
        guard fraction != 0 else { return first &- 1 }
        let number = Double(sign: .plus, exponentBitPattern: UInt(self.bias), significandBitPattern: fraction)
        let logarithm = log2(number) * Double(1 &<< scale)
        let bucket = Int(logarithm)
        let rest = logarithm - Double(bucket)
        // An error of 4 units in the last place, where the library has less than 1, makes 2^-31 at scale 20.
        guard _fastPath(rest > 0x1p-31 && rest < 1 - 0x1p-31) else {
            return first &+ BinaryLogarithm.digits(scale, fraction: fraction)
        }
        return first &+ bucket
    }
}
