#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The ranges of exponential histograms.
package enum ExponentialScale {
    /// 2^(index · 2^-scale): what the range with this index lies above, and the greatest value of the one before.
    ///
    /// Zero and infinity beyond the range of `Double`; exact for powers of two, else off by one unit in the last place
    /// at most.
    package static func lowerBound(ofBucket index: Int, scale: Int) -> Double {
        let power = Double(sign: .plus, exponent: -scale, significand: Double(index))
        let exponent = power.rounded(.down)
        guard exponent >= -1100 else { return 0 }
        guard exponent < 1024 else { return .infinity }
        return Double(sign: .plus, exponent: Int(exponent), significand: exp2(power - exponent))
    }
}
