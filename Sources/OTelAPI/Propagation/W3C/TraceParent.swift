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

    init(_ span: OTelSpan) {
        self.init(
            traceID: span.traceID,
            spanID: span.spanID,
            flags: OTelTraceFlags(rawValue: UInt8(truncatingIfNeeded: span.meta))
        )
    }

    /// What exactly one header says; no span otherwise.
    static var none: TraceParent { TraceParent(traceID: .invalid, spanID: .invalid, flags: []) }

    /// Reads a header's value, which may have white space around it; `none` when it is not valid.
    @inline(__always)
    init(_ header: String) {
        self = header.withHeaderBytes { $0.count == Offset.end ? Self.parse($0) : Self.parseTrimmed($0) }
    }

    @inline(never)
    private static func parseTrimmed(_ bytes: HeaderBytes) -> TraceParent {
        bytes.count > HeaderList.maximumBytes ? .none : self.parse(bytes.trimmed)
    }

    var isValid: Bool { self.spanID.isValid }

    @inline(__always)
    private static func parse(_ bytes: HeaderBytes) -> TraceParent {
        guard bytes.count >= Offset.end else { return .none }
        var wrong: UInt64 = 0
        let version = bytes.hexByte(at: Offset.version, &wrong)
        let traceID = OTelTraceID(
            high: bytes.hexWord(at: Offset.traceID, &wrong),
            low: bytes.hexWord(at: Offset.traceID + 16, &wrong)
        )
        let spanID = OTelSpanID(bytes.hexWord(at: Offset.spanID, &wrong))
        let flags = bytes.hexByte(at: Offset.flags, &wrong)
        wrong |= UInt64(bytes[Offset.traceID - 1] ^ self.dash)
        wrong |= UInt64(bytes[Offset.spanID - 1] ^ self.dash)
        wrong |= UInt64(bytes[Offset.flags - 1] ^ self.dash)
        guard wrong == 0, self.isRead(version, bytes), traceID.isValid, spanID.isValid else { return .none }
        return TraceParent(traceID: traceID, spanID: spanID, flags: OTelTraceFlags(rawValue: flags))
    }

    /// Whether the version is one we can read, with nothing behind the flags but what it may have there.
    @inline(__always)
    private static func isRead(_ version: UInt8, _ bytes: HeaderBytes) -> Bool {
        if bytes.count == Offset.end { return version != 0xff }
        return version != 0xff && version != 0 && bytes[Offset.end] == self.dash
    }

    /// The header's value, always in version 00.
    var header: String {
        String(unsafeUninitializedCapacity: Offset.end) { buffer in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            bytes.storeBytes(of: 0x3030, toByteOffset: Offset.version, as: UInt16.self)
            bytes[Offset.traceID - 1] = Self.dash
            bytes.storeHexWord(self.traceID.high, at: Offset.traceID)
            bytes.storeHexWord(self.traceID.low, at: Offset.traceID + 16)
            bytes[Offset.spanID - 1] = Self.dash
            bytes.storeHexWord(self.spanID.value, at: Offset.spanID)
            bytes[Offset.flags - 1] = Self.dash
            bytes[Offset.flags] = UInt8(ascii: "0")
            // The two flags of version 00.
            bytes[Offset.flags + 1] = UInt8(ascii: "0") + self.flags.rawValue
            return Offset.end
        }
    }
}
