import OTelWire

/// The value of a `traceparent` header: `version-traceID-parentID-flags` in lower-case hex.
struct TraceParent {
    let traceID: OTelTraceID
    let spanID: OTelSpanID
    let flags: OTelTraceFlags

    /// Where the parts stand in all versions; later ones may add parts behind the flags.
    private enum Offset {
        static let version = 0
        static let traceID = 3
        static let spanID = 36
        static let flags = 53
        static let end = 55
    }

    private static let dash = UInt8(ascii: "-")

    /// Flags of later versions are left out.
    init(traceID: OTelTraceID, spanID: OTelSpanID, flags: OTelTraceFlags) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags.intersection([.sampled, .random])
    }

    /// Reads a header's value, which may have white space around it; nil when it is not valid.
    init?(_ header: String) {
        let parsed = header.withWireBytes { bytes, count in
            let header = UnsafeRawBufferPointer(start: bytes, count: count)
            return Self.parse(UnsafeRawBufferPointer(rebasing: header[header.trimming(0..<count)]))
        }
        guard let parsed else { return nil }
        self = parsed
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer) -> TraceParent? {
        guard bytes.count >= Offset.end, self.hasKnownShape(bytes),
            let high = bytes.hexWord(at: Offset.traceID), let low = bytes.hexWord(at: Offset.traceID + 16),
            let parent = bytes.hexWord(at: Offset.spanID), let flags = bytes.hexByte(at: Offset.flags)
        else { return nil }
        let traceID = OTelTraceID(high: high, low: low)
        let spanID = OTelSpanID(parent)
        guard traceID.isValid, spanID.isValid else { return nil }
        return TraceParent(traceID: traceID, spanID: spanID, flags: OTelTraceFlags(rawValue: flags))
    }

    /// Whether the version is one we can read and dashes stand where they should.
    private static func hasKnownShape(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes[Offset.traceID - 1] == self.dash, bytes[Offset.spanID - 1] == self.dash,
            bytes[Offset.flags - 1] == self.dash
        else { return false }
        switch bytes.hexByte(at: Offset.version) {
        case nil, 0xff: return false
        case 0: return bytes.count == Offset.end
        default: return bytes.count == Offset.end || bytes[Offset.end] == self.dash
        }
    }

    /// The header's value, always in version 00.
    var header: String {
        String(unsafeUninitializedCapacity: Offset.end) { buffer in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            bytes.storeHexByte(0, at: Offset.version)
            bytes[Offset.traceID - 1] = Self.dash
            bytes.storeHexWord(self.traceID.high, at: Offset.traceID)
            bytes.storeHexWord(self.traceID.low, at: Offset.traceID + 16)
            bytes[Offset.spanID - 1] = Self.dash
            bytes.storeHexWord(self.spanID.value, at: Offset.spanID)
            bytes[Offset.flags - 1] = Self.dash
            bytes.storeHexByte(self.flags.rawValue, at: Offset.flags)
            return Offset.end
        }
    }
}
