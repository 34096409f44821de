extension Unicode.Scalar {
    /// Whether a console could take it for a command, a line break or a change of direction: C0 and C1 controls, line
    /// and paragraph separators, bidirectional embeddings, overrides and isolates, the byte order mark.
    var isConsoleControl: Bool {
        switch self.value {
        case 0x20..<0x7f: false
        case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
        default: false
        }
    }

    /// What is written in its place: `\n`, `\u001b`.
    var consoleEscape: String {
        switch self.value {
        case 0x0a: return "\\n"
        case 0x0d: return "\\r"
        case 0x09: return "\\t"
        default:
            let digits = String(self.value, radix: 16)
            return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
    }
}
