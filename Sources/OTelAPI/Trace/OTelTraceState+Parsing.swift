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
    @inline(__always)
    init?(parsing header: String) {
        switch header.withHeaderBytes(Self.shape) {
        case .asItIs: self.init(validHeader: header)
        case .rewritten(let text): self.init(validHeader: text)
        case .invalid: return nil
        }
    }

    private enum Shape {
        case asItIs
        case rewritten(String)
        case invalid
    }

    @inline(__always)
    private static func shape(_ bytes: HeaderBytes) -> Shape {
        if bytes.count > HeaderList.maximumBytes { return .invalid }
        return self.isClean(bytes) ? .asItIs : self.cleaned(bytes)
    }

    /// Whether the header is a valid list without white space around members and without empty members.
    private static func isClean(_ bytes: HeaderBytes) -> Bool {
        var start = 0
        for _ in 0..<self.maximumMembers {
            guard let end = Grammar.endOfMember(bytes, from: start) else { return false }
            if end == bytes.count { return true }
            guard bytes[end] == UInt8(ascii: ",") else { return false }
            start = end &+ 1
        }
        return false
    }

    @inline(never)
    private static func cleaned(_ bytes: HeaderBytes) -> Shape {
        var members: [String] = []
        for range in HeaderList(bytes) where !range.isEmpty {
            let member = bytes[range]
            guard members.count < self.maximumMembers, Grammar.endOfMember(member, from: 0) == member.count else {
                return .invalid
            }
            members.append(member.text)
        }
        return .rewritten(members.joined(separator: ","))
    }
}

extension OTelTraceState {
    /// What members may look like.
    enum Grammar {
        private static let maximumLength = 256

        static func isKey(_ text: String) -> Bool {
            text.withHeaderBytes { self.endOfKey($0, from: 0) == $0.count }
        }

        static func isValue(_ text: String) -> Bool {
            text.withHeaderBytes { self.endOfValue($0, from: 0) == $0.count }
        }

        /// Where the member that starts at `start` ends; nil when there is none.
        @inline(__always)
        static func endOfMember(_ bytes: HeaderBytes, from start: Int) -> Int? {
            guard let equals = self.endOfKey(bytes, from: start), equals < bytes.count,
                bytes[equals] == UInt8(ascii: "=")
            else { return nil }
            return self.endOfValue(bytes, from: equals &+ 1)
        }

        @inline(__always)
        private static func endOfKey(_ bytes: HeaderBytes, from start: Int) -> Int? {
            let end = bytes.end(of: .stateKey, from: start)
            guard 1...self.maximumLength ~= end &- start, bytes.isAt(start, .lowerCase) else { return nil }
            return end
        }

        @inline(__always)
        private static func endOfValue(_ bytes: HeaderBytes, from start: Int) -> Int? {
            let end = bytes.endOfStateValue(from: start)
            guard 1...self.maximumLength ~= end &- start, bytes[end &- 1] != UInt8(ascii: " ") else { return nil }
            return end
        }
    }
}
