import OTelWire

extension BaggageHeader {
    /// The members of a header's value, and how many were left out, not counting empty ones.
    static func decode(_ header: String) -> (baggage: OTelBaggage, dropped: Int) {
        header.withWireBytes { bytes, count in
            self.decode(UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer) -> (baggage: OTelBaggage, dropped: Int) {
        var baggage = OTelBaggage()
        var taken = 0
        var dropped = 0
        for range in HeaderList(bytes) where !range.isEmpty {
            if taken < self.maximumMembers, range.upperBound <= self.maximumBytes,
                let entry = self.member(bytes, range)
            {
                baggage.insert(entry)
                taken += 1
            } else {
                dropped += 1
            }
        }
        return (baggage, dropped)
    }

    /// `key = value ; metadata`, where the value may contain `=` and the metadata `;`.
    private static func member(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> OTelBaggage.Entry? {
        guard let equals = bytes.first(UInt8(ascii: "="), in: range) else { return nil }
        let semicolon = bytes.first(UInt8(ascii: ";"), in: equals..<range.upperBound)
        let name = bytes.trimming(range.lowerBound..<equals)
        let value = bytes.trimming(equals + 1..<(semicolon ?? range.upperBound))
        let metadata = bytes.trimming((semicolon.map { $0 + 1 } ?? range.upperBound)..<range.upperBound)
        guard !name.isEmpty, bytes.allBytes(in: name, are: self.token),
            bytes.allBytes(in: value, are: self.octet), bytes.allBytes(in: metadata, are: self.metadata)
        else { return nil }
        return OTelBaggage.Entry(
            name: String(decoding: bytes[name], as: UTF8.self),
            value: self.percentDecoded(bytes[value]),
            metadata: metadata.isEmpty ? nil : String(decoding: bytes[metadata], as: UTF8.self)
        )
    }

    /// The text with its encoded bytes as they were.
    ///
    /// Bytes that are not UTF-8 become U+FFFD. A percent sign without two hex digits behind it stands for itself.
    private static func percentDecoded(_ text: Slice<UnsafeRawBufferPointer>) -> String {
        guard text.contains(UInt8(ascii: "%")) else { return String(decoding: text, as: UTF8.self) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = self.hexByte(rest.prefix(2)) {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// The value of two hex digits of any case.
    private static func hexByte(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt8? {
        guard digits.count == 2, let high = self.nibble(digits.first), let low = self.nibble(digits.last) else {
            return nil
        }
        return high << 4 | low
    }

    private static func nibble(_ digit: UInt8?) -> UInt8? {
        switch digit {
        case .some(let digit) where UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit: digit - UInt8(ascii: "0")
        case .some(let digit) where UInt8(ascii: "A")...UInt8(ascii: "F") ~= digit: digit - UInt8(ascii: "A") + 10
        case .some(let digit) where UInt8(ascii: "a")...UInt8(ascii: "f") ~= digit: digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
