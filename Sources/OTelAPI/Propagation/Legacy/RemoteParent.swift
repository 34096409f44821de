/// What formats older than the W3C's tell about a caller's span.
struct RemoteParent {
    let traceID: OTelTraceID
    let spanID: OTelSpanID
    let isSampled: Bool
    var isDebug = false

    /// Nil when an id is zero.
    init?(traceID: OTelTraceID, spanID: OTelSpanID, isSampled: Bool, isDebug: Bool = false) {
        guard traceID.isValid, spanID.isValid else { return nil }
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
        self.isDebug = isDebug
    }

    /// `context` with the caller's span as the current one.
    func added(to context: OTelContext) -> OTelContext {
        let span = OTelSpan(
            OTelSpanContext(
                traceID: self.traceID,
                spanID: self.spanID,
                traceFlags: self.isSampled || self.isDebug ? .sampled : [],
                isRemote: true
            )
        )
        let context = context.with(span)
        return self.isDebug == context.isDebugged ? context : context.with(DebugRequest.self, self.isDebug ? true : nil)
    }
}

/// Set where a caller asked for a trace to be recorded whatever samplers say: the debug flag of B3 and of Jaeger.
enum DebugRequest: OTelContextKey {
    typealias Value = Bool
}

extension OTelContext {
    var isDebugged: Bool { self[DebugRequest.self] == true }
}

extension HeaderBytes {
    /// The number that 1 to `count` lower-case hex digits stand for; nil for anything else.
    func hexNumber(upTo count: Int) -> (high: UInt64, low: UInt64)? {
        guard 1...count ~= self.count else { return nil }
        var number: (high: UInt64, low: UInt64) = (0, 0)
        var wrong: UInt64 = 0
        for index in 0..<self.count {
            number.high = number.high &<< 4 | number.low &>> 60
            number.low = number.low &<< 4 | UInt64(self.nibble(at: index, &wrong))
        }
        return wrong == 0 ? number : nil
    }

    /// A trace id of up to 32 digits: zeros stand in front of what is shorter.
    func traceID() -> OTelTraceID? {
        self.hexNumber(upTo: 32).map { OTelTraceID(high: $0.high, low: $0.low) }
    }

    /// A span id of up to 16 digits: zeros stand in front of what is shorter.
    func spanID() -> OTelSpanID? {
        self.hexNumber(upTo: 16).map { OTelSpanID($0.low) }
    }

    /// The parts between separators.
    ///
    /// Nil when there are more than `maximum`.
    func parts(separatedBy separator: Unicode.Scalar, maximum: Int) -> [HeaderBytes]? {
        var parts: [HeaderBytes] = []
        var start = 0
        while start <= self.count {
            guard parts.count < maximum else { return nil }
            let end = self.first(UInt8(ascii: separator), from: start)
            parts.append(self[start..<end])
            start = end + 1
        }
        return parts
    }
}
