import Foundation
import OTelAPI
import TestSupport
import Testing

@testable import ConsoleExporter

@Suite("Times on the console")
struct TimeTextTests {
    @Test(
        "calendar",
        arguments: [
            (nanoseconds: UInt64(0), text: "1970-01-01T00:00:00.000000000Z"),
            (nanoseconds: 951_782_400_000_000_001, text: "2000-02-29T00:00:00.000000001Z"),
            (nanoseconds: 4_107_542_399_999_999_999, text: "2100-02-28T23:59:59.999999999Z"),
            (nanoseconds: 4_107_542_400_000_000_000, text: "2100-03-01T00:00:00.000000000Z"),
            (nanoseconds: .max, text: "2554-07-21T23:34:33.709551615Z"),
        ]
    )
    func calendar(nanoseconds: UInt64, text: String) {
        #expect(UTCTime(OTelTimestamp(unixNanoseconds: nanoseconds)).rfc3339 == text)
    }

    @Test("the calendar agrees with Foundation's")
    func agreement() {
        var random = SeededGenerator(seed: 3)
        let formatter = ISO8601DateFormatter()
        for _ in 0..<1000 {
            let seconds = UInt64.random(in: 0..<18_000_000_000, using: &random)
            let text = UTCTime(OTelTimestamp(unixNanoseconds: seconds * 1_000_000_000)).rfc3339
            let expected = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(text == expected.replacing("Z", with: ".000000000Z"))
        }
    }

    @Test(
        "durations",
        arguments: [
            (nanoseconds: UInt64(0), text: "0ns", milliseconds: "0"),
            (nanoseconds: 999, text: "999ns", milliseconds: "0.000999"),
            (nanoseconds: 1000, text: "1.00µs", milliseconds: "0.001"),
            (nanoseconds: 12_345, text: "12.3µs", milliseconds: "0.012345"),
            (nanoseconds: 999_999, text: "999µs", milliseconds: "0.999999"),
            (nanoseconds: 2_310_000, text: "2.31ms", milliseconds: "2.31"),
            (nanoseconds: 1_050_000_000, text: "1.05s", milliseconds: "1050"),
            (nanoseconds: 59_999_999_999, text: "59.9s", milliseconds: "59999.999999"),
            (nanoseconds: 192_000_000_000, text: "3m12s", milliseconds: "192000"),
            (nanoseconds: 7_500_000_000_000, text: "2h05m", milliseconds: "7500000"),
            (nanoseconds: 273_600_000_000_000, text: "3d04h", milliseconds: "273600000"),
        ]
    )
    func durations(nanoseconds: UInt64, text: String, milliseconds: String) {
        let (start, end) = (OTelTimestamp(unixNanoseconds: 7), OTelTimestamp(unixNanoseconds: 7 + nanoseconds))
        #expect(Elapsed(from: start, to: end).text == text)
        #expect(Elapsed(from: start, to: end).milliseconds == milliseconds)
    }

    @Test("an end before the start is a negative duration")
    func negative() {
        let elapsed = Elapsed(from: OTelTimestamp(unixNanoseconds: .max), to: OTelTimestamp(unixNanoseconds: 0))
        #expect(elapsed.text.hasPrefix("-213503d"))
        #expect(elapsed.milliseconds.hasPrefix("-18446744073709.55"))
    }
}
