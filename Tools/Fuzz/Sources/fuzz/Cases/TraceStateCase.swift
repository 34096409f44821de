import OTelAPI

/// Changes of a trace state.
enum TraceStateCase {
    static func run(_ dice: inout Dice) throws(Broken) {
        var text = Values.traceState(&dice)
        if dice.once(in: 3) { Headers.mutilate(&text, &dice) }
        guard let state = OTelTraceState(String(decoding: text, as: UTF8.self)) else { return }
        var member = Values.traceStateMember(&dice)
        if dice.once(in: 3) { Headers.mutilate(&member, &dice) }
        let parts = member.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        let present = state.members.map(\.key)
        let key = present.isEmpty || dice.once(in: 2) ? String(decoding: parts[0], as: UTF8.self) : dice.pick(present)
        try self.set(state, key, parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "")
        try self.remove(state, key)
    }

    private static func set(_ state: OTelTraceState, _ key: String, _ value: String) throws(Broken) {
        let changed = state.setting(key, value)
        try self.isValid(changed)
        let isAllowed =
            OTelTraceState("\(key)=\(value)")?.members.first.map { $0.key == key && $0.value == value } ?? false
        guard isAllowed else { return try Broken.unless(changed == state, "\(key)=\(value) changed \(state)") }
        let others = state.members.filter { $0.key != key }.prefix(31)
        let expected = [(key, value)] + others.map { ($0.key, $0.value) }
        try Broken.unless(
            changed.members.map { ($0.key, $0.value) }.elementsEqual(expected) { $0 == $1 },
            "\(state) with \(key)=\(value) is \(changed)"
        )
    }

    private static func remove(_ state: OTelTraceState, _ key: String) throws(Broken) {
        let changed = state.removing(key)
        try self.isValid(changed)
        let expected = state.members.filter { $0.key != key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        try Broken.unless(changed.description == expected, "\(state) without \(key) is \(changed)")
    }

    private static func isValid(_ state: OTelTraceState) throws(Broken) {
        try Broken.unless(OTelTraceState(state.description) == state, "not valid: \(state)")
        try Broken.unless(state.members.count <= 32, "\(state.members.count) members")
    }
}
