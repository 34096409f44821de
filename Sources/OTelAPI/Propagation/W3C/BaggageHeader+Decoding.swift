extension BaggageHeader {
    /// The members of a header's value, and how many were left out, not counting empty ones.
    static func decode(_ header: String) -> (baggage: OTelBaggage, dropped: Int) {
        header.withHeaderBytes(self.decode)
    }

    private static func decode(_ bytes: HeaderBytes) -> (baggage: OTelBaggage, dropped: Int) {
        var baggage = OTelBaggage(minimumCapacity: 4)
        var members = (taken: 0, dropped: 0)
        var names: UInt64 = 0
        var start = 0
        while start <= bytes.count {
            let member = self.plainMember(bytes, from: start) ?? self.member(bytes, from: start)
            start = member.end &+ 1
            if member.isEmpty { continue }
            if member.isValid, members.taken < self.maximumMembers, member.textEnd <= self.maximumBytes {
                let name = self.mark(bytes, member.name)
                // Most names can be told from all others by their mark: those need not be looked for.
                baggage.insert(self.entry(bytes, member), isNew: names & name == 0)
                names |= name
                members.taken &+= 1
            } else {
                members.dropped &+= 1
            }
        }
        return (baggage, members.dropped)
    }

    /// A bit for a name, which is not empty: the same for the same names.
    @inline(__always)
    private static func mark(_ bytes: HeaderBytes, _ name: Range<Int>) -> UInt64 {
        let hash =
            UInt64(bytes[name.lowerBound]) &* 7 &+ UInt64(bytes[name.upperBound &- 1]) &+ UInt64(name.count) &* 31
        return 1 &<< (hash & 63)
    }

    /// Where the parts of a member stand.
    private struct Member {
        var name: Range<Int>
        var value: Range<Int>
        /// Whether the value has a percent sign.
        var isEncoded = true
        var metadata = 0..<0
        var isEmpty = false
        var isValid = true
        /// Where its text ends, and the white space behind it begins.
        let textEnd: Int
        /// The comma behind it, or the end of the header.
        let end: Int
    }

    @inline(__always)
    private static func entry(_ bytes: HeaderBytes, _ member: Member) -> OTelBaggage.Entry {
        OTelBaggage.Entry(
            name: bytes[member.name].text,
            value: member.isEncoded ? bytes[member.value].percentDecoded : bytes[member.value].text,
            metadata: member.metadata.isEmpty ? nil : bytes[member.metadata].text
        )
    }

    /// The usual member, in one look at its bytes: without white space and metadata.
    ///
    /// Nil for any other.
    @inline(__always)
    private static func plainMember(_ bytes: HeaderBytes, from start: Int) -> Member? {
        let equals = bytes.end(of: .token, from: start)
        guard equals > start, equals < bytes.count, bytes[equals] == UInt8(ascii: "=") else { return nil }
        let plainEnd = bytes.end(of: .baggagePlain, from: equals &+ 1)
        let end = bytes.end(of: .baggageOctet, from: plainEnd)
        guard end == bytes.count || bytes[end] == UInt8(ascii: ",") else { return nil }
        return Member(name: start..<equals, value: equals &+ 1..<end, isEncoded: plainEnd < end, textEnd: end, end: end)
    }

    /// `key = value ; metadata`, where the value may contain `=` and the metadata `;`.
    @inline(never)
    private static func member(_ header: HeaderBytes, from start: Int) -> Member {
        // No part of it is looked for beyond its end.
        let bytes = header[0..<header.first(UInt8(ascii: ","), from: start)]
        let whole = bytes.trimming(start..<bytes.count)
        let endOfName = bytes.end(of: .token, from: whole.lowerBound)
        let equals = bytes.first(UInt8(ascii: "="), from: endOfName)
        let semicolon = bytes.first(UInt8(ascii: ";"), from: equals)
        var member = Member(
            name: whole.lowerBound..<endOfName,
            value: bytes.trimming(min(equals &+ 1, semicolon)..<semicolon),
            metadata: bytes.trimming(min(semicolon &+ 1, bytes.count)..<bytes.count),
            isEmpty: whole.isEmpty,
            textEnd: whole.upperBound,
            end: bytes.count
        )
        member.isValid =
            !member.name.isEmpty && equals < bytes.count && bytes.trimming(endOfName..<equals).isEmpty
            && bytes[member.value].areAll(.baggageOctet) && bytes[member.metadata].areAll(.property)
        return member
    }
}
