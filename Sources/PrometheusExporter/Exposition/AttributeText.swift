import OTelAPI

extension OTelValue {
    /// The value as text, for formats that know nothing else
    /// (`specification/common/README.md`, "AnyValue representation for non-OTLP protocols").
    var labelText: String {
        switch self {
        case .string(let text): text
        case .bytes(let bytes): Base64.text(bytes)
        case .double(let value): value.jsonText
        case .empty: ""
        case .bool, .int, .array, .map: self.jsonText
        }
    }

    private var jsonText: String {
        switch self {
        case .empty: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .int(let value): return "\(value)"
        case .double(let value): return value.isFinite ? value.jsonText : "\"\(value.jsonText)\""
        case .string(let text): return text.jsonText
        case .bytes(let bytes): return "\"\(Base64.text(bytes))\""
        case .array(let values): return "[\(values.map(\.jsonText).joined(separator: ","))]"
        case .map(let pairs):
            let members = pairs.map { "\($0.key.jsonText):\($0.value.jsonText)" }
            return "{\(members.joined(separator: ","))}"
        }
    }
}

extension Double {
    fileprivate var jsonText: String {
        if self.isNaN { return "NaN" }
        if self.isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
        return "\(self)"
    }
}

extension String {
    fileprivate var jsonText: String {
        var text = "\""
        for scalar in self.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}

private enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                text.append(index > group.count ? UInt8(ascii: "=") : self.digits[bits >> (18 - 6 * index) & 63])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
