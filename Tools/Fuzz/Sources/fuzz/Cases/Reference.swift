import OTelAPI

/// The grammars of `traceparent` and `tracestate`, read the slow and obvious way.
enum Reference {
    static func check(_ headers: Headers, _ context: OTelContext) throws(Broken) {
        let parents = headers.list.filter { $0.name.lowercased() == "traceparent" }
        let expected = parents.count == 1 ? self.parent(parents[0].value) : nil
        let span = context.span.context
        let found = span.isValid ? "\(span.traceID)-\(span.spanID)-\(span.traceFlags.rawValue)" : nil
        try Broken.unless(found == expected, "the parent is \(found ?? "none"), not \(expected ?? "none")")
        if expected == nil { return }
        let states = headers.list.filter { $0.name.lowercased() == "tracestate" }.map(\.value)
        let state = self.state(states.joined(separator: ","))
        // Beyond 512 characters members are left out.
        if state.utf8.count > 512 { return }
        try Broken.unless(span.traceState.description == state, "the state is \(span.traceState), not \(state)")
    }

    private static func parent(_ header: String) -> String? {
        let parts = self.trimmed(Array(header.utf8)).split(
            separator: UInt8(ascii: "-"),
            omittingEmptySubsequences: false
        )
        guard parts.count >= 4, header.utf8.count <= 32 * 1024 else { return nil }
        let texts = parts.prefix(4).map { String(decoding: $0, as: UTF8.self) }
        guard self.isHex(texts[0], 2), texts[0] != "ff", texts[0] != "00" || parts.count == 4, self.isHex(texts[1], 32),
            self.isHex(texts[2], 16), self.isHex(texts[3], 2), Set(texts[1]) != ["0"], Set(texts[2]) != ["0"],
            let flags = UInt8(texts[3], radix: 16)
        else { return nil }
        return "\(texts[1])-\(texts[2])-\(flags & 3)"
    }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    /// Empty when it is not valid.
    private static func state(_ header: String) -> String {
        if header.utf8.count > 32 * 1024 { return "" }
        let members = header.utf8.split(separator: UInt8(ascii: ",")).map { self.trimmed(Array($0)) }
            .filter { !$0.isEmpty }
        guard members.count <= 32, members.allSatisfy(self.isMember) else { return "" }
        return members.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ",")
    }

    private static func isMember(_ member: [UInt8]) -> Bool {
        let parts = member.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
        guard parts.count == 2, 1...256 ~= parts[0].count, 1...256 ~= parts[1].count else { return false }
        return parts[0].allSatisfy(self.isOfKey) && !"_-*/@".utf8.contains(parts[0].first ?? 0)
            && parts[1].allSatisfy { 0x20...0x7e ~= $0 } && parts[1].last != 0x20
    }

    private static func isOfKey(_ byte: UInt8) -> Bool {
        "abcdefghijklmnopqrstuvwxyz0123456789_-*/@".utf8.contains(byte)
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        bytes.drop { $0 == 0x20 || $0 == 0x09 }.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
    }
}
