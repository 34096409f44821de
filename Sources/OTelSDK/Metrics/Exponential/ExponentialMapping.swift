/// Which bucket of a base-2 exponential histogram a value belongs to, exactly.
///
/// Bucket `i` holds what is greater than base^i, up to and including base^(i+1), where base = 2^(2^-scale). The index at
/// scale `s - k` is that at scale `s`, shifted right by `k`.
struct ExponentialMapping: Sendable {
    private let table = ExponentialTable.shared

    private static let fractionBits: Int64 = 52
    private static let fractionMask: Int64 = 1 << 52 - 1
    private static let bias: Int64 = 1023

    /// The index of a positive, finite value at a scale of 20 at most.
    @inline(__always)
    func index(of value: Double, scale: Int) -> Int {
        let bits = Int64(bitPattern: value.bitPattern)
        guard _fastPath(bits > Self.fractionMask && scale <= ExponentialTable.scale) else {
            return self.unusualIndex(bits, scale)
        }
        return self.coarseIndex(bits) &>> (ExponentialTable.scale &- scale)
    }

    /// The index of a subnormal value, or at a scale that the table is too coarse for.
    @inline(never)
    private func unusualIndex(_ bits: Int64, _ scale: Int) -> Int {
        let bits = bits > Self.fractionMask ? bits : Self.normalized(bits)
        guard scale > ExponentialTable.scale else {
            return self.coarseIndex(bits) &>> (ExponentialTable.scale &- scale)
        }
        return self.fineIndex(bits, scale)
    }

    /// Gives a subnormal number the bits that it would have if exponents went on below the least.
    private static func normalized(_ bits: Int64) -> Int64 {
        let shift = Int64(bits.leadingZeroBitCount) - 11
        return (bits << shift) - (shift << self.fractionBits)
    }

    /// The index at the table's scale.
    ///
    /// The bits less one are those of the next smaller `Double`, for which a bucket begins with its lower boundary,
    /// rounded down, and ends before its upper one. So powers of two are no exception.
    @inline(__always)
    private func coarseIndex(_ bits: Int64) -> Int {
        let smaller = bits &- 1
        let fraction = UInt64(bitPattern: smaller & Self.fractionMask)
        let entry = self.table[fraction]
        let first = Int(truncatingIfNeeded: smaller &>> Self.fractionBits &- Self.bias) &<< ExponentialTable.scale
        return first &+ entry.bucket &+ (fraction >= entry.boundary ? 1 : 0)
    }

    /// The index at a scale finer than the table's: from the logarithm of how far the value is from a boundary there.
    ///
    /// That the boundary is rounded down makes an error below 2^-31 at scale 20, compared to which the others (of the
    /// series, of rounding) are nothing. Closer than twice that to a whole number, digits decide.
    @inline(__always)
    private func fineIndex(_ bits: Int64, _ scale: Int) -> Int {
        let exponent = Int(truncatingIfNeeded: bits &>> Self.fractionBits &- Self.bias)
        let fraction = UInt64(bitPattern: bits & Self.fractionMask)
        guard fraction != 0 else { return exponent &<< scale &- 1 }
        let entry = self.table[fraction]
        let value = Double(Int64(bitPattern: 1 << 52 | fraction))
        let boundary = Double(Int64(bitPattern: 1 << 52 &+ entry.boundary))
        let logarithm = Self.log2(value, boundary) * Double(1 &<< scale)
        // So great a number has no places behind the point.
        let shifted = logarithm + 0x1.8p52
        let rest = logarithm - (shifted - 0x1.8p52)
        guard _fastPath(rest.magnitude > 0x1p-30) else {
            return exponent &<< scale &+ BinaryLogarithm.digits(scale, fraction: fraction)
        }
        let nearest = Int(truncatingIfNeeded: shifted.bitPattern &- (0x1.8p52).bitPattern)
        let next = exponent &<< ExponentialTable.scale &+ entry.bucket &+ 1
        return next &<< (scale &- ExponentialTable.scale) &+ nearest &- (rest < 0 ? 1 : 0)
    }

    /// The binary logarithm of the quotient of two numbers, which differ by less than 0.3 %.
    ///
    /// log(a / b) = 2 (t + t^3 / 3 + t^5 / 5 + ...) where t = (a - b) / (a + b); what is left out is below 2^-67.
    @inline(__always)
    private static func log2(_ a: Double, _ b: Double) -> Double {
        let t = (a - b) / (a + b)
        let square = t * t
        return t * (0x1.71547652b82fep+1 + square * (0x1.ec709dc3a03fdp-1 + square * 0x1.2776c50ef9bfep-1))
    }
}
