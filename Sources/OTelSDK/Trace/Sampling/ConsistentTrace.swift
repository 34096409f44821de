import OTelAPI

/// What samplers of consistent probability know of the trace of a span that is about to start.
struct ConsistentTrace {
    /// The parent's trace state; empty for a root.
    let state: OTelTraceState
    let entry: OpenTelemetryTraceState
    /// The 56 random bits that all samplers of the trace compare with their thresholds.
    let randomness: UInt64
    /// Whether the trace id is used although nobody has said that it is random.
    let presumesRandomness: Bool

    /// `likely` is a state that the parent may well have, and that need not be looked up then.
    init(
        _ situation: SamplingTable.Situation,
        parent: OTelSpan,
        traceLow: UInt64,
        likely: ThresholdState? = nil
    ) {
        let ticket = situation == .root ? 0 : parent.traceStateTicket
        if ticket == 0 {
            self.state = OTelTraceState()
            self.entry = OpenTelemetryTraceState()
        } else if let likely, likely.ticket == ticket {
            self.state = likely.state
            self.entry = OpenTelemetryTraceState(threshold: likely.threshold)
        } else {
            self.state = parent.traceState
            self.entry = OpenTelemetryTraceState(self.state)
        }
        self.randomness = self.entry.randomness ?? traceLow & SamplingThreshold.mask
        let isRandom = parent.meta & UInt64(OTelTraceFlags.random.rawValue) != 0
        self.presumesRandomness = situation != .root && self.entry.randomness == nil && !isRandom
    }

    /// The answer for a span that is sampled with `threshold`, nil when its probability is unknown, or not sampled.
    func result(isSampled: Bool, threshold: UInt64?, made: ThresholdState?) -> SamplingResult {
        var result = SamplingResult(isSampled ? .recordAndSample : .drop)
        result.threshold = isSampled ? threshold : nil
        if let made, isSampled, self.state.isEmpty {
            result.traceState = made.state
            result.traceStateTicket = made.ticket
        } else if self.entry.differs(from: result.threshold) {
            result.traceState = self.entry.setting(result.threshold, in: self.state)
        }
        return result
    }
}
