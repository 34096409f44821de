import OTelWire

/// Names of HTTP headers: the same in any case.
enum HeaderName {
    static func areSame(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return left == right || self.areSameLetters(left, right)
    }

    /// Whether a header of `name` makes no sense any longer once `new` is set.
    ///
    /// A new parent replaces the state of an old one as well: the headers may be a copy of a received request's.
    static func isReplaced(_ name: String, by new: String) -> Bool {
        self.areSame(name, new)
            || new == W3CValues.traceParentName && self.areSame(name, W3CValues.traceStateName)
    }

    /// `prefix` is in lower case.
    static func hasPrefix(_ name: String, _ prefix: String) -> Bool {
        name.utf8.prefix(prefix.utf8.count).map(self.lowerCased).elementsEqual(prefix.utf8)
    }

    private static func areSameLetters(_ left: String, _ right: String) -> Bool {
        left.withWireBytes { left, count in
            right.withWireBytes { right, _ in
                (0..<count).allSatisfy {
                    self.lowerCased(left.load(fromByteOffset: $0, as: UInt8.self))
                        == self.lowerCased(right.load(fromByteOffset: $0, as: UInt8.self))
                }
            }
        }
    }

    /// The byte in lower case when it is an ASCII letter.
    private static func lowerCased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}
