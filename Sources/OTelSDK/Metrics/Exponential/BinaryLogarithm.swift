/// The binary logarithm of numbers from 1 up to 2, digit by digit and without a wrong one.
enum BinaryLogarithm {
    /// The first binary digits, at most 20, behind the point of log2(1 + fraction / 2^52), read as an integer.
    ///
    /// Squaring a number doubles its logarithm: the next digit is 1 when the square reaches 2, which is then halved.
    /// Squares are cut off after 126 binary places; all in all, that takes less than 2^-125 from the logarithm. No
    /// other `Double` than 1 has a logarithm closer than 2^-77 to a multiple of 2^-20 (all multiples were examined), so
    /// that no digit depends on what was cut off.
    static func digits(_ count: Int, fraction: UInt64) -> Int {
        // 127 binary places; the square has 126 of them in its upper half.
        var number = UInt128(1 << 52 | fraction) << 75
        var digits = 0
        for _ in 0..<count {
            let square = number.multipliedFullWidth(by: number).high
            let reachesTwo = square >> 127 != 0
            number = reachesTwo ? square : square << 1
            digits = digits << 1 | (reachesTwo ? 1 : 0)
        }
        return digits
    }
}
