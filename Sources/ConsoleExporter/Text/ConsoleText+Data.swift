// Data of the application and its users: nothing of it reaches the console unescaped.
extension ConsoleText {
    /// Appends data in which everything that could act on the console is escaped, cut after `limit` characters.
    mutating func append(data text: some StringProtocol, limit: Int = TextLimit.value) {
        let utf8 = text.utf8
        if utf8.count <= limit, utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return self.append(printable: utf8) }
        for scalar in text.unicodeScalars.prefix(limit) { self.append(data: scalar) }
        self.appendMissing(text, limit: limit)
    }

    /// Appends a key or value: in quotes when it is empty or could be mistaken for something else.
    mutating func append(token text: String, limit: Int = TextLimit.value) {
        guard Self.needsQuotes(text) else { return self.append(data: text, limit: limit) }
        self.append("\"")
        for scalar in text.unicodeScalars.prefix(limit) { self.append(quoted: scalar) }
        self.append("\"")
        self.appendMissing(text, limit: limit)
    }

    /// Appends all of the text as it stands between quotes.
    ///
    /// The escapes are those of JSON.
    mutating func append(escaped text: String) {
        let isPlain = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain { return self.append(printable: text.utf8) }
        for scalar in text.unicodeScalars { self.append(quoted: scalar) }
    }

    private mutating func append(quoted scalar: Unicode.Scalar) {
        if scalar == "\"" || scalar == "\\" { self.append("\\" as Unicode.Scalar) }
        self.append(data: scalar)
    }

    private mutating func append(data scalar: Unicode.Scalar) {
        if scalar.isConsoleControl {
            self.append(scalar.consoleEscape)
        } else {
            self.append(scalar)
        }
    }

    private mutating func appendMissing(_ text: some StringProtocol, limit: Int) {
        // A character has at least one byte: short text needs no count.
        guard text.utf8.count > limit else { return }
        let missing = text.unicodeScalars.count - limit
        if missing > 0 { self.append("…(+\(missing))") }
    }

    private static func needsQuotes(_ text: String) -> Bool {
        text.isEmpty
            || text.unicodeScalars.contains { scalar in
                switch scalar {
                case "\"", "\\", "=", " ": true
                case _ where scalar.isASCII: scalar.isConsoleControl
                default: scalar.isConsoleControl || scalar.properties.isWhitespace
                }
            }
    }
}
