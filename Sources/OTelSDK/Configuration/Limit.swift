/// Checks of settings that are numbers.
enum Limit {
    static func check(_ value: Int, in range: ClosedRange<Int>, _ setting: String) throws(ConfigError) {
        guard range.contains(value) else {
            throw ConfigError(
                setting: setting,
                value: "\(value)",
                expected: "a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
    }
}
