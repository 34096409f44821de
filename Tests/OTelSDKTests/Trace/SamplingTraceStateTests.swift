import OTelAPI
import TestSupport
import Testing

@testable import OTelSDK

@Suite("The entry ot of a trace state")
struct SamplingTraceStateTests {
    private static let th8: UInt64 = 0x80_0000_0000_0000

    private func entry(_ header: String) -> OpenTelemetryTraceState {
        OpenTelemetryTraceState(OTelTraceState(validHeader: header))
    }

    @Test(
        "is read by its sub-keys",
        arguments: [
            (header: "", threshold: nil, randomness: nil),
            (header: "ot=th:8", threshold: Self.th8, randomness: nil),
            (header: "ot=th:0", threshold: 0, randomness: nil),
            (header: "ot=th:00000000000001", threshold: 1, randomness: nil),
            (header: "ot=th:ffffffffffffff", threshold: (1 << 56) - 1, randomness: nil),
            (header: "ot=rv:00000000000001", threshold: nil, randomness: 1),
            (
                header: "a=1,ot=p:8;rv:fedcba98765432;x:Y.z_-;th:80,b=2", threshold: Self.th8,
                randomness: 0xfe_dcba_9876_5432
            ),
            (header: "not=th:8", threshold: nil, randomness: nil),
            (header: "otx=th:8", threshold: nil, randomness: nil),
            (header: "xy=th:8", threshold: nil, randomness: nil),
            (header: "t@ot=th:8", threshold: nil, randomness: nil),
            (header: "x=ot=th:8", threshold: nil, randomness: nil),
        ] as [(header: String, threshold: UInt64?, randomness: UInt64?)]
    )
    func reading(header: String, threshold: UInt64?, randomness: UInt64?) {
        #expect(self.entry(header).threshold == threshold)
        #expect(self.entry(header).randomness == randomness)
    }

    @Test(
        "says nothing where it breaks the grammar",
        arguments: [
            "ot=", "ot=;", "ot=th", "ot=th:", "ot=rv", "ot=rv:", "ot=:8", "ot=th:8;th:c", "ot=th:g", "ot=th:8 ",
            "ot=th:A", "ot=TH:8", "ot= th:8", "ot=th :8", "ot=th:-8", "ot=th:0x8", "ot=th:000000000000000",
            "ot=rv:0123456789abc", "ot=rv:0123456789abcde", "ot=rv:0123456789ABCD", "ot=rv:0123456789abcg",
            "ot=th:8:9", "ot=th:8/rv:1",
        ]
    )
    func malformed(header: String) {
        #expect(self.entry(header).threshold == nil)
        #expect(self.entry(header).randomness == nil)
    }

    @Test("of two rv the first counts, and what surrounds a sub-key does not matter")
    func tolerant() {
        #expect(self.entry("ot=rv:00000000000001;rv:00000000000002").randomness == 1)
        #expect(self.entry("ot=rv:x;rv:00000000000002").randomness == nil)
        #expect(self.entry("ot=;;A:1;th:8;?").threshold == Self.th8)
        #expect(self.entry("ot=th:8,ot=th:c").threshold == Self.th8)
    }

    @Test(
        "keeps its other sub-keys when th changes",
        arguments: [
            (header: "", threshold: Self.th8, expected: "ot=th:8"),
            (header: "a=1", threshold: Self.th8, expected: "ot=th:8,a=1"),
            (header: "a=1,ot=th:c,b=2", threshold: Self.th8, expected: "ot=th:8,a=1,b=2"),
            (header: "ot=p:8;th:c;rv:00000000000001", threshold: 0, expected: "ot=th:0;p:8;rv:00000000000001"),
            (header: "ot=p:8;th:c;k:", threshold: nil, expected: "ot=p:8;k:"),
            (header: "a=1,ot=th:c", threshold: nil, expected: "a=1"),
            (header: "ot=th:c", threshold: nil, expected: ""),
            (header: "ot=th:8;th:8;th:?", threshold: Self.th8, expected: "ot=th:8"),
            (header: "ot=a:1;A:1;a:2;;b;c:?;rv:XYZ", threshold: Self.th8, expected: "ot=th:8;a:1;rv:XYZ"),
            (header: "ot=a:1,ot=b:1", threshold: Self.th8, expected: "ot=th:8;a:1"),
        ] as [(header: String, threshold: UInt64?, expected: String)]
    )
    func setting(header: String, threshold: UInt64?, expected: String) {
        let state = OTelTraceState(validHeader: header)
        #expect(self.entry(header).setting(threshold, in: state).header == expected)
    }

    @Test(
        "needs a change only when th is another",
        arguments: [
            (header: "", threshold: nil, differs: false),
            (header: "", threshold: 0, differs: true),
            (header: "ot=th:8", threshold: Self.th8, differs: false),
            (header: "ot=th:8", threshold: nil, differs: true),
            (header: "ot=th:8;th:8", threshold: Self.th8, differs: true),
            (header: "ot=th:x", threshold: nil, differs: true),
            (header: "ot=rv:00000000000001", threshold: nil, differs: false),
        ] as [(header: String, threshold: UInt64?, differs: Bool)]
    )
    func differs(header: String, threshold: UInt64?, differs: Bool) {
        #expect(self.entry(header).differs(from: threshold) == differs)
    }

    // "th:8;" and 251 characters make 256.
    @Test(
        "loses th, and says so, where it would get longer than 256 characters",
        arguments: [
            (before: "", others: 251, threshold: Self.th8, after: "th:8;"),
            (before: "", others: 252, threshold: Self.th8, after: ""),
            (before: "th:8;", others: 251, threshold: 0x88 << 48, after: ""),
        ] as [(before: String, others: Int, threshold: UInt64, after: String)]
    )
    func tooLong(before: String, others: Int, threshold: UInt64, after: String) {
        let others = "k:" + String(repeating: "v", count: others - 2)
        let header = "ot=\(before)\(others)"
        let messages = DiagnosticsCapture.during(mentioning: "no room for th") {
            let changed = self.entry(header).setting(threshold, in: OTelTraceState(validHeader: header))
            #expect(changed.header == "ot=\(after)\(others)")
        }
        if after.isEmpty { #expect(!messages.isEmpty) }
    }

    // R is 0x80000000000000 by the trace id.
    @Test(
        "that contradicts the sampled flag loses th on the way to a child",
        arguments: [
            (header: "ot=th:8;p:1", sampled: true, expected: "ot=th:8;p:1"),
            (header: "ot=th:800001;p:1", sampled: true, expected: "ot=p:1"),
            (header: "ot=th:8;p:1", sampled: false, expected: "ot=p:1"),
            (header: "ot=th:c", sampled: false, expected: "ot=th:c"),
            (header: "ot=th:8;rv:70000000000000", sampled: true, expected: "ot=rv:70000000000000"),
            (header: "ot=th:c;rv:c0000000000000", sampled: true, expected: "ot=th:c;rv:c0000000000000"),
            (header: "a=1", sampled: true, expected: "a=1"),
            (header: "", sampled: true, expected: ""),
        ]
    )
    func consistency(header: String, sampled: Bool, expected: String) {
        let ticket = TraceStateTable.insert(OTelTraceState(validHeader: header))
        let kept = OpenTelemetryTraceState.consistentTicket(ticket, traceLow: 0xff80_0000_0000_0000, isSampled: sampled)
        #expect(TraceStateTable.state(kept).header == expected)
        if header == expected { #expect(kept == ticket) }
    }
}
