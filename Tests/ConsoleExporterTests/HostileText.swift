/// Text that tries to be something else than text.
enum HostileText {
    private static let pieces: [String] = [
        "\n", "\r", "\r\n", "\t", "\0", "\u{7}", "\u{8}", "\u{b}", "\u{c}", "\u{1b}[2J", "\u{1b}]0;title\u{7}",
        "\u{7f}",
        "\u{80}", "\u{85}", "\u{9b}31m", "\u{9f}", "\u{2028}", "\u{2029}", "\u{202a}", "\u{202e}", "\u{2066}",
        "\u{2069}",
        "\"", "\\", "\\n", "{", "}", "[", "]", ",", ":", "=", " ", "\u{a0}", "a", "Z", "0", "é", "e\u{301}", "中", "😀",
        "\u{fffd}", "\u{feff}", "\u{10ffff}", "09:41:00.123 ERROR forged",
    ]

    static func random(using generator: inout some RandomNumberGenerator) -> String {
        (0..<Int.random(in: 0...12, using: &generator))
            .map { _ in self.pieces.randomElement(using: &generator) ?? "" }
            .joined()
    }

    /// The characters that no console line may contain, whatever the data.
    static func hasControls(_ line: some StringProtocol) -> Bool {
        line.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7f...0x9f, 0x2028, 0x2029, 0x202a...0x202e, 0x2066...0x2069: true
            default: false
            }
        }
    }
}
