extension OTelTraceState {
    /// The same state with `key` set to `value`, as its first member.
    ///
    /// Of 33 members the last is dropped. A key or value that the grammar does not allow changes nothing.
    public func setting(_ key: String, _ value: String) -> OTelTraceState {
        guard Grammar.isKey(key), Grammar.isValue(value) else { return self }
        var header = key
        header.reserveCapacity(key.utf8.count + value.utf8.count + self.header.utf8.count + 2)
        header += "="
        header += value
        for member in self.members(without: key).prefix(Self.maximumMembers - 1) {
            header += ","
            header += Substring(member)
        }
        return OTelTraceState(validHeader: header)
    }

    /// The same state without `key`.
    public func removing(_ key: String) -> OTelTraceState {
        Self.joined(self.members(without: key))
    }

    /// What every system passes on, in characters.
    private static let propagated = 512

    /// Whether members have to be left out before it is passed on.
    @inline(__always) var isTooLong: Bool { self.header.utf8.count > Self.propagated }

    /// The state cut to what every system passes on: whole members, those longer than 128 characters first, then from
    /// the right.
    func truncated() -> OTelTraceState {
        var members = Array(self.slices)
        var size = self.header.utf8.count
        for removable in [129...Int.max, 0...Int.max] {
            while size > Self.propagated, let index = members.lastIndex(where: { removable ~= $0.count }) {
                size -= members.remove(at: index).count + 1
            }
        }
        return Self.joined(members)
    }

    private func members(without key: String) -> [Slice] {
        self.slices.filter { !Self.key(of: $0).elementsEqual(key.utf8) }
    }

    private static func joined(_ members: [Slice]) -> OTelTraceState {
        OTelTraceState(validHeader: members.map { String(Substring($0)) }.joined(separator: ","))
    }
}
