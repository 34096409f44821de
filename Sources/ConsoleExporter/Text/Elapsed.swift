import OTelAPI

/// The time between two timestamps, for people and for machines.
///
/// It can be negative: timestamps may be given.
struct Elapsed {
    private let nanoseconds: UInt64
    private let isNegative: Bool

    init(from start: OTelTimestamp, to end: OTelTimestamp) {
        self.isNegative = end < start
        self.nanoseconds =
            self.isNegative
            ? start.unixNanoseconds - end.unixNanoseconds
            : end.unixNanoseconds - start.unixNanoseconds
    }

    /// Three digits and a unit: `850ns`, `12.3µs`, `2.31ms`, `1.50s`, `3m12s`, `2h05m`, `3d04h`.
    var text: String {
        let value = self.nanoseconds
        let text =
            switch value {
            case ..<1000: "\(value)ns"
            case ..<1_000_000: Self.decimal(value, of: 1000, "µs")
            case ..<1_000_000_000: Self.decimal(value, of: 1_000_000, "ms")
            case ..<60_000_000_000: Self.decimal(value, of: 1_000_000_000, "s")
            default: Self.clock(seconds: value / 1_000_000_000)
            }
        return self.isNegative ? "-" + text : text
    }

    /// The same with a sign: `+2.31ms`.
    var signedText: String { self.isNegative ? self.text : "+" + self.text }

    /// Milliseconds as a JSON number, exact: `2.310045`.
    var milliseconds: String {
        let (whole, rest) = self.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        var text = "\(self.isNegative ? "-" : "")\(whole)"
        guard rest > 0 else { return text }
        var digits = String(rest + 1_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        text += "." + digits
        return text
    }

    private static func decimal(_ value: UInt64, of unit: UInt64, _ name: String) -> String {
        let (whole, rest) = value.quotientAndRemainder(dividingBy: unit)
        let hundredths = rest * 100 / unit
        switch whole {
        case 100...: return "\(whole)\(name)"
        case 10...: return "\(whole).\(hundredths / 10)\(name)"
        default: return "\(whole).\(hundredths < 10 ? "0" : "")\(hundredths)\(name)"
        }
    }

    private static func clock(seconds: UInt64) -> String {
        switch seconds {
        case ..<3600: self.pair(seconds / 60, "m", seconds % 60, "s")
        case ..<86_400: self.pair(seconds / 3600, "h", seconds % 3600 / 60, "m")
        default: self.pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
        }
    }

    private static func pair(_ large: UInt64, _ unit: String, _ small: UInt64, _ smallUnit: String) -> String {
        "\(large)\(unit)\(small < 10 ? "0" : "")\(small)\(smallUnit)"
    }
}
