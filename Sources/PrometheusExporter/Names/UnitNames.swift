/// Units as Prometheus writes them: in words.
enum UnitNames {
    /// `seconds` of `s`, `meters_per_second` of `m/s`; empty for none, for `1` and for what stands in braces.
    static func name(of unit: String) -> String {
        let parts = self.withoutBraces(unit).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let amount = self.word(parts[0], self.plurals)
        let divisor = parts.count > 1 ? self.word(parts[1], self.singulars) : ""
        if divisor.isEmpty { return amount }
        return amount.isEmpty ? "per_\(divisor)" : "\(amount)_per_\(divisor)"
    }

    private static func word(_ unit: Substring, _ words: [String: String]) -> String {
        let unit = String(unit)
        if let word = words[unit] { return word }
        // Digits are fine here: a unit follows a name.
        let name = NameRules.label.sanitized("a\(unit)").dropFirst()
        return String(name.trimmingUnderscores)
    }

    private static func withoutBraces(_ unit: String) -> String {
        var kept = ""
        var depth = 0
        for character in unit where !character.isWhitespace {
            switch character {
            case "{": depth += 1
            case "}": depth = max(depth - 1, 0)
            default: if depth == 0 { kept.append(character) }
            }
        }
        return kept
    }

    private static let plurals = [
        "1": "",
        "d": "days", "h": "hours", "min": "minutes", "s": "seconds", "ms": "milliseconds", "us": "microseconds",
        "ns": "nanoseconds",
        "By": "bytes", "KiBy": "kibibytes", "MiBy": "mebibytes", "GiBy": "gibibytes", "TiBy": "tebibytes",
        "kBy": "kilobytes", "MBy": "megabytes", "GBy": "gigabytes", "TBy": "terabytes",
        "m": "meters", "V": "volts", "A": "amperes", "J": "joules", "W": "watts", "g": "grams",
        "Cel": "celsius", "Hz": "hertz", "%": "percent",
    ]

    private static let singulars = [
        "1": "",
        "s": "second", "ms": "millisecond", "us": "microsecond", "ns": "nanosecond", "min": "minute", "m": "minute",
        "h": "hour", "d": "day", "w": "week", "wk": "week", "mo": "month", "y": "year", "a": "year",
        "By": "byte", "KiBy": "kibibyte", "MiBy": "mebibyte", "GiBy": "gibibyte", "TiBy": "tebibyte",
        "kBy": "kilobyte", "MBy": "megabyte", "GBy": "gigabyte", "TBy": "terabyte",
        "V": "volt", "A": "ampere", "J": "joule", "W": "watt", "g": "gram",
        "Cel": "celsius", "Hz": "hertz", "%": "percent",
    ]
}

extension Substring {
    fileprivate var trimmingUnderscores: Substring {
        var name = self.drop { $0 == "_" }
        while name.last == "_" { name.removeLast() }
        return name
    }
}
