/// The value of the header `b3`: `traceID-spanID-decision-parentID`, the last two optional, or a decision alone.
enum SingleB3 {
    case parent(RemoteParent)
    /// Without ids there is no span.
    case decision
    case invalid

    /// As long as it gets with all its parts.
    private static let maximumLength = 68

    init(_ header: String) {
        self = header.withHeaderBytes { bytes in
            let value = bytes.value
            return value.count > Self.maximumLength ? .invalid : Self.parse(value)
        }
    }

    private static func parse(_ value: HeaderBytes) -> SingleB3 {
        guard let parts = value.parts(separatedBy: "-", maximum: 4) else { return .invalid }
        if parts.count == 1 { return self.decision(parts[0]) == nil ? .invalid : .decision }
        // An open decision is no decision to sample.
        guard let traceID = parts[0].b3TraceID(), let spanID = parts[1].b3SpanID(),
            let decision = parts.count > 2 ? self.decision(parts[2]) : (isSampled: false, isDebug: false),
            parts.count < 4 || parts[3].b3SpanID() != nil,
            let parent = RemoteParent(
                traceID: traceID,
                spanID: spanID,
                isSampled: decision.isSampled,
                isDebug: decision.isDebug
            )
        else { return .invalid }
        return .parent(parent)
    }

    private static func decision(_ value: HeaderBytes) -> (isSampled: Bool, isDebug: Bool)? {
        guard value.count == 1 else { return nil }
        return switch value[0] {
        case UInt8(ascii: "0"): (false, false)
        case UInt8(ascii: "1"): (true, false)
        case UInt8(ascii: "d"): (true, true)
        default: nil
        }
    }
}

extension HeaderBytes {
    /// A trace id of 32 digits, or of 16 with zeros in front.
    func b3TraceID() -> OTelTraceID? {
        self.count == 32 || self.count == 16 ? self.traceID() : nil
    }

    func b3SpanID() -> OTelSpanID? {
        self.count == 16 ? self.spanID() : nil
    }
}
