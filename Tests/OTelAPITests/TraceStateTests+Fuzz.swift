import OTelAPI
import Testing

extension TraceStateTests {
    private static let pieces = [
        "a=1", "foo=bar", "rojo=00f067aa0ba902b7", "a", "b", "z9", "=", "=", ",", ",", ",", " ", "\t", "@", "_", "A",
        "%20", "\u{0}", "\n", "é", "🦊", ";", String(repeating: "x", count: 250), String(repeating: ",a=1", count: 31),
    ]

    @Test("survives 50 000 random headers, and reads those it is asked about as the grammar says")
    func fuzz() {
        var hostile = HostileHeaders(seed: 2)
        var valid = 0
        for round in 0..<50_000 {
            let header = Self.header(round, &hostile)
            let state = OTelTraceState(header)
            if state != nil { valid += 1 }
            // The slow way takes most of the time: one in eight has to do.
            guard round / 2 % 8 != 0 || state?.description == Self.reference(header) else {
                Issue.record("\(header.debugDescription) became \(state?.description ?? "nothing")")
                return
            }
        }
        #expect(valid > 5_000 && valid < 45_000)
    }

    @Test("stays valid through 10 000 changes by whatever is at hand")
    func fuzzChanges() throws {
        var hostile = HostileHeaders(seed: 5)
        for round in 0..<10_000 {
            let header = Self.header(round, &hostile)
            guard let state = OTelTraceState(header) else { continue }
            for changed in [state.setting("foo", "new"), state.removing("foo"), state.setting(header, header)] {
                try #require(OTelTraceState(changed.description) == changed, "\(header.debugDescription)")
            }
        }
    }

    private static func header(_ round: Int, _ hostile: inout HostileHeaders) -> String {
        round % 2 == 0 ? hostile.joined(self.pieces, upTo: 12) : hostile.mutated("foo=1 , bar=two,baz@x/y= 3")
    }

    @Test(
        "refuses a header beyond 32 KiB by its length, whatever is in it",
        arguments: [
            (header: String(repeating: ",", count: 32 * 1024), isRead: true),
            (header: String(repeating: " ", count: 32 * 1024 - 3) + "a=1", isRead: true),
            (header: String(repeating: ",", count: 32 * 1024 + 1), isRead: false),
            (header: "a=1" + String(repeating: " ", count: 32 * 1024 - 2), isRead: false),
            (header: String(repeating: " \t", count: 1 << 20), isRead: false),
            (header: String(repeating: "a=1,", count: 1 << 20), isRead: false),
        ]
    )
    func huge(header: String, isRead: Bool) {
        #expect((OTelTraceState(header) != nil) == isRead)
    }

    @Test("looks at no byte of a header that is refused by its length: a thousand of 1 MiB take less than a second")
    func hugeIsCheap() {
        let header = String(repeating: "a=1,", count: 1 << 18)
        let time = ContinuousClock().measure {
            for _ in 0..<1000 { #expect(OTelTraceState(header) == nil) }
        }
        // To look at them would take more than that in any build.
        #expect(time < .seconds(1))
    }

    /// What is left of a valid header, found the slow and obvious way.
    private static func reference(_ header: String) -> String? {
        let members = header.utf8.split(separator: UInt8(ascii: ",")).map(self.trimmed).filter { !$0.isEmpty }
        guard members.count <= 32, members.allSatisfy(self.isMember) else { return nil }
        return members.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",")
    }

    private static func trimmed(_ bytes: Substring.UTF8View) -> [UInt8] {
        let left = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        return left.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
    }

    private static func isMember(_ member: [UInt8]) -> Bool {
        let parts = member.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
        guard parts.count == 2, 1...256 ~= parts[0].count, 1...256 ~= parts[1].count else { return false }
        return parts[0].allSatisfy { self.keyCharacters.utf8.contains($0) }
            && !"_-*/@".utf8.contains(parts[0][parts[0].startIndex])
            && parts[1].allSatisfy { self.valueCharacters.utf8.contains($0) } && parts[1].last != 0x20
    }
}
