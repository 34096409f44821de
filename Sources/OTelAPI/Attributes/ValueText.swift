/// `OTelValue` as text: the rules of the specification for protocols that know only strings.
enum ValueText {
    static func text(of value: OTelValue) -> String {
        switch value {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .double(let number): self.number(number)
        case .bytes(let bytes): self.base64(bytes)
        case .empty: ""
        case .array, .map: self.json(value)
        }
    }

    /// Compact JSON.
    ///
    /// NaN and infinities become strings, bytes become base64 strings, empty becomes null.
    static func json(_ value: OTelValue) -> String {
        var text = ""
        self.appendJSON(value, to: &text)
        return text
    }

    private static func appendJSON(_ value: OTelValue, to text: inout String) {
        switch value {
        case .string(let string): self.appendQuoted(string, to: &text)
        case .bool(let flag): text += flag ? "true" : "false"
        case .int(let number): text += String(number)
        case .double(let number): text += number.isFinite ? self.number(number) : "\"\(self.number(number))\""
        case .bytes(let bytes): self.appendQuoted(self.base64(bytes), to: &text)
        case .empty: text += "null"
        case .array(let values):
            text += "["
            for (index, element) in values.enumerated() {
                if index > 0 { text += "," }
                self.appendJSON(element, to: &text)
            }
            text += "]"
        case .map(let attributes):
            text += "{"
            for (index, element) in attributes.enumerated() {
                if index > 0 { text += "," }
                self.appendQuoted(element.key, to: &text)
                text += ":"
                self.appendJSON(element.value, to: &text)
            }
            text += "}"
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        let text = String(value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    static func appendQuoted(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _
            where scalar.value < 0x20 || scalar.value == 0x7f || (0x80..<0xa0).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x2029:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".unicodeScalars
    )

    static func base64(_ bytes: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index <= group.count ? self.alphabet[bits >> (18 - 6 * index) & 63] : "=")
            }
        }
        return String(text)
    }
}
