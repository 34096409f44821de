import OTelAPI

/// A timestamp on the calendar: UTC, proleptic Gregorian.
struct UTCTime {
    private let days: UInt64
    private let seconds: UInt64
    private let nanoseconds: UInt64

    init(_ timestamp: OTelTimestamp) {
        let (seconds, nanoseconds) = timestamp.unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        (self.days, self.seconds) = seconds.quotientAndRemainder(dividingBy: 86_400)
        self.nanoseconds = nanoseconds
    }

    /// `09:41:00.123`.
    var clock: String {
        "\(self.hoursMinutesSeconds).\(Self.digits(self.nanoseconds / 1_000_000, 3))"
    }

    /// `2026-03-01T09:41:00.123456789Z` (RFC 3339).
    var rfc3339: String {
        let (year, month, day) = self.date
        return "\(Self.digits(year, 4))-\(Self.digits(month, 2))-\(Self.digits(day, 2))T\(self.hoursMinutesSeconds)"
            + ".\(Self.digits(self.nanoseconds, 9))Z"
    }

    private var hoursMinutesSeconds: String {
        let (hours, rest) = self.seconds.quotientAndRemainder(dividingBy: 3600)
        return "\(Self.digits(hours, 2)):\(Self.digits(rest / 60, 2)):\(Self.digits(rest % 60, 2))"
    }

    /// Counted in eras of 400 years that begin on 1 March, so that the leap day is the last of its year.
    private var date: (year: UInt64, month: UInt64, day: UInt64) {
        let shifted = self.days + 719_468
        let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    private static func digits(_ value: UInt64, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
