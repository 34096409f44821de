extension ExpositionFormat {
    /// Ranges of a header that are looked at.
    private static let maxRanges = 64

    /// The format that a header `Accept` prefers among those that there are; of equal ones the first.
    ///
    /// Ranges that are malformed, unknown or refused with `q=0` don't count.
    init(accept: String?) {
        let ranges = (accept ?? "").split(separator: ",").prefix(Self.maxRanges).compactMap(AcceptRange.init)
        var best = (quality: 0.0, format: ExpositionFormat.text004)
        for range in ranges where range.quality > best.quality {
            if let format = ExpositionFormat(range) { best = (range.quality, format) }
        }
        self = best.format
    }

    private init?(_ range: AcceptRange) {
        let escaping = range.parameters["escaping"].flatMap(EscapingScheme.init(parameter:)) ?? .underscores
        switch (range.type, range.parameters["version"]) {
        case ("text/plain", "0.0.4"), ("text/plain", nil), ("text/*", _), ("*/*", _): self.init(.text004)
        case ("text/plain", "1.0.0"): self.init(.text100, escaping: escaping)
        case ("application/openmetrics-text", "0.0.1"), ("application/openmetrics-text", nil):
            self.init(.openMetrics001)
        case ("application/openmetrics-text", "1.0.0"), ("application/*", _):
            self.init(.openMetrics100, escaping: escaping)
        default: return nil
        }
    }
}

/// One media range of a header `Accept` (RFC 9110, section 12.5.1).
private struct AcceptRange {
    let type: String
    /// Names in lower case, values without quotes.
    var parameters: [String: String] = [:]
    /// From 0 to 1.
    var quality = 1.0

    init?(_ text: Substring) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(\.trimmingBlanks)
        self.type = parts[0].lowercased()
        guard self.type.contains("/") else { return nil }
        for part in parts.dropFirst() where !part.isEmpty {
            guard let equals = part.firstIndex(of: "=") else { return nil }
            let name = part[..<equals].trimmingBlanks.lowercased()
            let value = part[part.index(after: equals)...].trimmingBlanks.trimmingQuotes
            if name == "q" {
                guard let quality = Self.quality(value) else { return nil }
                self.quality = quality
            } else {
                self.parameters[name] = String(value)
            }
        }
    }

    /// Digits and a point only: `Double` takes much more.
    private static func quality(_ text: Substring) -> Double? {
        guard text.utf8.count <= 16, text.utf8.allSatisfy({ $0 == 0x2e || (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Double(text).flatMap { $0 <= 1 ? $0 : nil }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = self.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    fileprivate var trimmingQuotes: Substring {
        self.count >= 2 && self.first == "\"" && self.last == "\"" ? self.dropFirst().dropLast() : self
    }
}
