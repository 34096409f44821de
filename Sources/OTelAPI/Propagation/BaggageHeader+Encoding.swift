extension BaggageHeader {
    /// A header's value, and how many entries found no place in it.
    static func encode(_ baggage: OTelBaggage) -> (header: String, dropped: Int) {
        var header: [UInt8] = []
        header.reserveCapacity(min(self.maximumBytes, 64 * baggage.count))
        var members = 0
        for entry in baggage where members < self.maximumMembers {
            let end = header.count
            if self.append(entry, to: &header) {
                members += 1
            } else {
                header.removeLast(header.count - end)
            }
        }
        return (String(decoding: header, as: UTF8.self), baggage.count - members)
    }

    /// False when the entry can't be written; the header then has a part of it.
    private static func append(_ entry: OTelBaggage.Entry, to header: inout [UInt8]) -> Bool {
        // Encoding makes nothing shorter: what is too long as it is need not be looked at.
        guard entry.name.utf8.count + entry.value.utf8.count < self.maximumBytes,
            self.token.containsAll(entry.name.utf8)
        else { return false }
        if !header.isEmpty { header.append(UInt8(ascii: ",")) }
        header.append(contentsOf: entry.name.utf8)
        header.append(UInt8(ascii: "="))
        self.appendPercentEncoded(entry.value, to: &header)
        if let metadata = entry.metadata, self.metadata.containsAll(metadata.utf8) {
            header.append(UInt8(ascii: ";"))
            header.append(contentsOf: metadata.utf8)
        }
        return header.count <= self.maximumBytes
    }

    private static func appendPercentEncoded(_ value: String, to header: inout [UInt8]) {
        let unencoded = self.unencoded
        for byte in value.utf8 {
            if unencoded.contains(byte) {
                header.append(byte)
            } else {
                header.append(UInt8(ascii: "%"))
                header.append(self.hexDigit(byte >> 4))
                header.append(self.hexDigit(byte & 15))
            }
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
    }
}
