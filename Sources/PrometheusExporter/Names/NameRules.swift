/// Which names every version of Prometheus reads: `[a-zA-Z_:][a-zA-Z0-9_:]*`, for labels without `:`.
enum NameRules {
    case metric, label

    func isAllowed(_ byte: UInt8, atStart: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): !atStart
        case UInt8(ascii: ":"): self == .metric
        default: false
        }
    }

    func isValid(_ name: String) -> Bool {
        var isStart = true
        for byte in name.utf8 {
            guard self.isAllowed(byte, atStart: isStart) else { return false }
            isStart = false
        }
        return !isStart
    }

    /// The name with each run of other characters and underscores as one underscore; never empty.
    func sanitized(_ name: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count + 1)
        for byte in name.utf8 {
            if bytes.isEmpty, self.isAllowed(byte, atStart: false), !self.isAllowed(byte, atStart: true) {
                bytes.append(UInt8(ascii: "_"))
            }
            let kept = self.isAllowed(byte, atStart: false) ? byte : UInt8(ascii: "_")
            if kept != UInt8(ascii: "_") || bytes.last != UInt8(ascii: "_") { bytes.append(kept) }
        }
        return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }
}
