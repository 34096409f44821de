// What would end a line or a string too early. A null byte ends the input of Prometheus's own parsers.
extension String {
    /// The text for between quotes.
    var escapingQuotes: String {
        self.escaping(quotes: true)
    }

    /// The text for the end of a line.
    var escapingLines: String {
        self.escaping(quotes: false)
    }

    private func escaping(quotes: Bool) -> String {
        let isPlain = self.utf8.allSatisfy { $0 > 0x0a && $0 != 0x5c && (!quotes || $0 != 0x22) }
        if isPlain { return self }
        var text = ""
        for scalar in self.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\"" where quotes: text += "\\\""
            case "\0": text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
