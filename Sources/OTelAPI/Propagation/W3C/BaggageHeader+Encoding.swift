extension BaggageHeader {
    /// A header's value, and how many entries found no place in it.
    static func encode(_ baggage: OTelBaggage) -> (header: String, dropped: Int) {
        var members = 0
        let header = String(unsafeUninitializedCapacity: self.size(baggage)) { buffer in
            var header = HeaderWriter(buffer)
            for entry in baggage where members < self.maximumMembers {
                let end = header.count
                self.append(entry, to: &header)
                if header.isOverflown {
                    header.reset(to: end)
                } else {
                    members += 1
                }
            }
            return header.count
        }
        return (header, baggage.count - members)
    }

    /// What the header takes at most, with each byte of a value encoded; no more than it may have.
    private static func size(_ baggage: OTelBaggage) -> Int {
        var size = 0
        for entry in baggage {
            let (name, value) = (entry.name.utf8.count, entry.value.utf8.count)
            size += name + 3 * value + (entry.metadata?.utf8.count ?? 0) + 3
            if size >= self.maximumBytes { return self.maximumBytes }
        }
        return size
    }

    /// Overflows the header when the entry can't be written.
    private static func append(_ entry: OTelBaggage.Entry, to header: inout HeaderWriter) {
        // Encoding makes nothing shorter: what is too long as it is need not be looked at.
        guard entry.name.utf8.count + entry.value.utf8.count < self.maximumBytes, entry.name.areAll(.token) else {
            return header.overflow()
        }
        if header.count > 0 { header.append(UInt8(ascii: ",")) }
        header.append(entry.name)
        header.append(UInt8(ascii: "="))
        header.appendPercentEncoded(entry.value, unencoded: .baggagePlain)
        if let metadata = entry.metadata, metadata.utf8.contains(where: { $0 > 0x20 }), metadata.areAll(.property) {
            header.append(UInt8(ascii: ";"))
            header.append(metadata)
        }
    }
}
