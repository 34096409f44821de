import OTelWire

extension OTelTraceState {
    static let maximumMembers = 32

    /// The state in a header's value; nil when it is not valid.
    ///
    /// White space around members and empty members are left out. More than 32 members, or one that breaks the grammar,
    /// make the whole value invalid. A key that stands there twice is kept twice.
    public init?(_ header: some StringProtocol) {
        self.init(parsing: String(header))
    }

    /// Keeps `header` itself when nothing has to be left out: the usual case copies nothing.
    init?(parsing header: String) {
        let cleaned = header.withWireBytes { bytes, count in
            Self.clean(UnsafeRawBufferPointer(start: bytes, count: count))
        }
        switch cleaned {
        case .asItIs: self.init(validHeader: header)
        case .rewritten(let text): self.init(validHeader: text)
        case .invalid: return nil
        }
    }

    private enum Cleaned {
        case asItIs
        case rewritten(String)
        case invalid
    }

    private static func clean(_ bytes: UnsafeRawBufferPointer) -> Cleaned {
        var count = 0
        var size = 0
        for member in HeaderList(bytes) where !member.isEmpty {
            count += 1
            size += member.count
            guard count <= self.maximumMembers, Grammar.isMember(bytes, member) else { return .invalid }
        }
        // With a comma between each two members this is all there is: nothing was trimmed or skipped.
        if size + max(count - 1, 0) == bytes.count { return .asItIs }
        let members = HeaderList(bytes).filter { !$0.isEmpty }.map { String(decoding: bytes[$0], as: UTF8.self) }
        return .rewritten(members.joined(separator: ","))
    }
}

extension OTelTraceState {
    /// What members may look like.
    enum Grammar {
        private static let maximumLength = 256
        private static let key = ASCIISet.lowerCaseAlphanumerics.union("_-*/@")
        private static let value = ASCIISet.printable.subtracting(",=")

        static func isKey(_ text: String) -> Bool {
            text.withWireBytes { self.isKey(UnsafeRawBufferPointer(start: $0, count: $1), 0..<$1) }
        }

        static func isValue(_ text: String) -> Bool {
            text.withWireBytes { self.isValue(UnsafeRawBufferPointer(start: $0, count: $1), 0..<$1) }
        }

        static func isMember(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
            guard let equals = bytes.first(UInt8(ascii: "="), in: range) else { return false }
            return self.isKey(bytes, range.lowerBound..<equals) && self.isValue(bytes, equals + 1..<range.upperBound)
        }

        private static func isKey(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
            guard 1...self.maximumLength ~= range.count, bytes.allBytes(in: range, are: self.key) else { return false }
            return ASCIISet.lowerCaseAlphanumerics.contains(bytes[range.lowerBound])
        }

        private static func isValue(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
            guard 1...self.maximumLength ~= range.count, bytes.allBytes(in: range, are: self.value) else {
                return false
            }
            return bytes[range.upperBound - 1] != UInt8(ascii: " ")
        }
    }
}
