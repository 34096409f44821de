extension BaggageHeader {
    /// The members of a header's value, and how many were left out, not counting empty ones.
    static func decode(_ header: String) -> (baggage: OTelBaggage, dropped: Int) {
        header.withHeaderBytes(self.decode)
    }

    private static func decode(_ bytes: HeaderBytes) -> (baggage: OTelBaggage, dropped: Int) {
        var baggage = OTelBaggage(minimumCapacity: 4)
        var members = (taken: 0, dropped: 0)
        var start = 0
        while start <= bytes.count {
            let member = self.plainMember(bytes, from: start) ?? self.member(bytes, from: start)
            start = member.end &+ 1
            if member.isEmpty { continue }
            if member.isValid, members.taken < self.maximumMembers, member.textEnd <= self.maximumBytes {
                baggage.insert(self.entry(bytes, member))
                members.taken &+= 1
            } else {
                members.dropped &+= 1
            }
        }
        return (baggage, members.dropped)
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
            value: member.isEncoded ? self.decoded(bytes[member.value]) : bytes[member.value].text,
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

    /// The text with its encoded bytes as they were.
    ///
    /// Bytes that are not UTF-8 become U+FFFD. A percent sign without two hex digits behind it stands for itself.
    private static func decoded(_ text: HeaderBytes) -> String {
        String(unsafeUninitializedCapacity: text.count) { decoded in
            var count = 0
            var index = 0
            while index < text.count {
                let value = index &+ 2 < text.count ? self.encodedByte(text, index) : nil
                decoded[count] = value ?? text[index]
                count &+= 1
                index &+= value == nil ? 1 : 3
            }
            return count
        }
    }

    /// The byte that a percent sign and two hex digits of any case stand for.
    @inline(__always)
    private static func encodedByte(_ text: HeaderBytes, _ index: Int) -> UInt8? {
        guard text[index] == UInt8(ascii: "%"), let high = self.nibble(text[index &+ 1]),
            let low = self.nibble(text[index &+ 2])
        else { return nil }
        return high << 4 | low
    }

    @inline(__always)
    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
