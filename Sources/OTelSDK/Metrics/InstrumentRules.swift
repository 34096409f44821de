import OTelAPI

/// What the specification asks of names and advice (`specification/metrics/sdk.md`, "Instrument name").
///
/// An instrument that breaks a rule works all the same.
enum InstrumentRules {
    /// A letter, then up to 254 letters, digits, `_`, `.`, `-` or `/`; all ASCII.
    static func isValid(name: String) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, self.isLetter(first), bytes.count <= 255 else { return false }
        return bytes.allSatisfy { byte in
            self.isLetter(byte) || (0x30...0x39).contains(byte) || [0x5f, 0x2e, 0x2d, 0x2f].contains(byte)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }

    /// ASCII of at most 63 characters.
    static func isValid(unit: String) -> Bool {
        unit.utf8.count <= 63 && unit.utf8.allSatisfy { $0 < 0x80 }
    }

    /// Finite and in ascending order.
    static func isValid(boundaries: [Double]) -> Bool {
        boundaries.allSatisfy(\.isFinite) && zip(boundaries, boundaries.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// Names that differ in case only are the same; so are all other fields of an identity only when equal.
    static func key(_ descriptor: OTelInstrumentDescriptor) -> OTelInstrumentDescriptor {
        var key = descriptor.identity
        key.name = self.foldedName(descriptor.name)
        return key
    }

    static func foldedName(_ name: String) -> String {
        String(decoding: name.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// An instrument without advice that can't be used.
    static func usable(_ descriptor: OTelInstrumentDescriptor) -> OTelInstrumentDescriptor {
        guard let boundaries = descriptor.boundaries, !self.isValid(boundaries: boundaries) else { return descriptor }
        var usable = descriptor
        usable.boundaries = nil
        return usable
    }
}
