/// Rejection thresholds of consistent probability sampling: of 2^56 traces so many are not sampled
/// (`specification/trace/tracestate-probability-sampling.md`).
enum SamplingThreshold {
    /// One more than the highest threshold: no trace reaches it.
    static let never: UInt64 = 1 << 56
    /// The random bits of a trace id, and of a threshold.
    static let mask = SamplingThreshold.never - 1
    private static let minimumProbability = 0x1p-56
    /// Hex digits of a threshold that count, leading `f` aside: what the specification recommends.
    private static let precision = 4

    /// The threshold of a probability; `never` for 0 and for everything that is no probability.
    static func threshold(probability: Double) -> UInt64 {
        // A comparison with NaN is false.
        guard probability >= self.minimumProbability else { return self.never }
        guard probability < 1 else { return 0 }
        // Next to 2 a Double is too coarse for these.
        guard probability >= 0x1p-48 else { return self.never - UInt64((probability * 0x1p56).rounded()) }
        // Each four binary places of the probability are a leading "f" of the threshold, which says nothing.
        let places = -(Int(probability.exponent) + 1)
        let digits = min(self.precision + places / 4, 12)
        // The threshold is the fraction of a number from 1 to 2; half a digit rounds it.
        let rounded = 2 - probability + Double(sign: .plus, exponent: -4 * digits - 1, significand: 1)
        let fraction = rounded < 2 ? rounded.significandBitPattern : (1 << 52) - 1
        let dropped: UInt64 = (1 << UInt64(56 - 4 * digits)) - 1
        return fraction << 4 & ~dropped
    }

    /// The digits of `th`: trailing zeros say nothing and are left out.
    static func digits(_ threshold: UInt64) -> String {
        if threshold == 0 { return "0" }
        let digits = String(threshold, radix: 16)
        let zeros = String(repeating: "0", count: max(0, 14 - digits.count))
        return zeros + digits.prefix(digits.count - threshold.trailingZeroBitCount / 4)
    }

    static func validate(_ ratio: Double, _ setting: String) throws(ConfigError) {
        guard ratio == 0 || ratio >= self.minimumProbability && ratio <= 1 else {
            throw ConfigError(setting: setting, value: "\(ratio)", expected: "0, or a probability from 2^-56 to 1")
        }
    }
}
