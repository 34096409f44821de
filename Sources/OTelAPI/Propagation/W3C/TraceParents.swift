/// The `traceparent` headers of a request: only exactly one means anything.
struct TraceParents {
    private var count = 0
    /// The parent, when there is one header and it is valid.
    private(set) var only = TraceParent.none

    @inline(__always)
    mutating func add(_ header: String) {
        self.only = self.count == 0 ? TraceParent(header) : .none
        self.count &+= 1
    }

    /// The caller's span, with the state that came along when that is valid too.
    @inline(__always)
    func span(_ traceState: String?) -> OTelSpan {
        OTelSpan(
            traceHigh: self.only.traceID.high,
            traceLow: self.only.traceID.low,
            id: self.only.spanID.value,
            slot: nil,
            meta: UInt64(self.only.flags.rawValue) | OTelSpan.remoteFlag,
            extra: Self.ticket(traceState) &<< 24
        )
    }

    @inline(__always)
    private static func ticket(_ header: String?) -> UInt64 {
        guard let header, let state = OTelTraceState(parsing: header) else { return 0 }
        return TraceStateTable.insert(state)
    }
}
