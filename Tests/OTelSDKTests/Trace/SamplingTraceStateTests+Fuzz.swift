import OTelAPI
import TestSupport
import Testing

@testable import OTelSDK

extension SamplingTraceStateTests {
    @Test("with any content is read without harm, and written by the grammar")
    func fuzz() throws {
        var random = SeededGenerator(seed: 256)
        for _ in 0..<6_000 {
            let state = OTelTraceState(validHeader: Self.header(&random))
            let before = OpenTelemetryTraceState(state)
            let threshold = Bool.random(using: &random) ? nil : UInt64.random(in: 0..<(1 << 56), using: &random)
            let changed = before.setting(threshold, in: state)
            try #require(OTelTraceState(changed.header)?.header == changed.header)
            let value = changed["ot"]
            #expect((value?.utf8.count ?? 0) <= 256)
            let after = OpenTelemetryTraceState(changed)
            #expect(after.randomness == before.randomness)
            let others = Self.otherKeys(value)
            #expect(Set(others).count == others.count)
            if after.threshold != threshold { #expect(after.threshold == nil && Self.hasNoRoom(state)) }
            #expect(changed.removing("ot").header == state.removing("ot").header)
        }
    }

    /// Fragments that make and break entries, within what a trace state may hold.
    private static func header(_ random: inout SeededGenerator) -> String {
        let fragments = [
            "th:", "rv:", "8", "c0", "e666", "0123456789abcd", ";", ";", ":", "p:1", "a:b", "a1:Z._-", "A:1", "?", " x",
            "rv:0123456789abcd", "th:8", String(repeating: "k", count: 60),
        ]
        var value = ""
        for _ in 0..<Int.random(in: 0...9, using: &random) { value += fragments.randomElement(using: &random) ?? "" }
        value = String(value.prefix(256))
        var members = ["v=1", "w=2"]
        // A trace state has no empty values.
        if !value.isEmpty, value.last != " " {
            members.insert("ot=\(value)", at: Int.random(in: 0...2, using: &random))
        }
        return members.joined(separator: ",")
    }

    private static func otherKeys(_ value: String?) -> [String] {
        guard let value else { return [] }
        return value.split(separator: ";", omittingEmptySubsequences: false).map { subKey in
            let parts = subKey.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            let key = parts[0]
            #expect(parts.count == 2 && key.first.map { "a"..."z" ~= $0 } == true)
            #expect(key.allSatisfy { "a"..."z" ~= $0 || "0"..."9" ~= $0 })
            #expect(parts[1].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })
            return key
        }
    }

    private static func hasNoRoom(_ state: OTelTraceState) -> Bool { (state["ot"]?.utf8.count ?? 0) > 256 - 18 }
}
