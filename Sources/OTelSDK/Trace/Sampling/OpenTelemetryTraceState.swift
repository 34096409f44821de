import OTelAPI
import OTelWire

/// What samplers read in the entry `ot` of a trace state (`specification/trace/tracestate-handling.md`).
///
/// Reading allocates nothing. A sub-key that breaks the grammar is passed over; the others count.
struct OpenTelemetryTraceState: Equatable {
    /// The threshold that the parent was sampled with, `th`; nil when it is absent, malformed or given twice.
    private(set) var threshold: UInt64?
    /// The random bits given for the trace, `rv`; nil when absent or malformed.
    private(set) var randomness: UInt64?
    /// Whether any `th` stands there, useful or not.
    private var hasThreshold = false

    /// No entry, or one with a threshold alone.
    init(threshold: UInt64? = nil) {
        self.threshold = threshold
        self.hasThreshold = threshold != nil
    }

    init(_ state: OTelTraceState) {
        state.header.withWireBytes { start, count in
            guard let subKeys = SubKeys(UnsafeRawBufferPointer(start: start, count: count)) else { return }
            self.read(subKeys)
        }
    }

    private mutating func read(_ subKeys: SubKeys) {
        var hasRandomness = false
        for subKey in subKeys {
            if subKey.isThreshold {
                self.threshold = self.hasThreshold ? nil : subKey.threshold
                self.hasThreshold = true
            } else if !hasRandomness, subKey.isRandomness, subKey.isWellFormed {
                self.randomness = subKey.randomness
                hasRandomness = true
            }
        }
    }

    /// Whether the entry has to be changed for it to carry `threshold`, or none.
    func differs(from threshold: UInt64?) -> Bool {
        self.threshold != threshold || self.hasThreshold != (threshold != nil)
    }
}

extension OpenTelemetryTraceState {
    /// The ticket of the trace state that a span keeps of its parent's: the same, unless its `th` contradicts the
    /// span's sampled flag, which makes its probability unknown.
    static func consistentTicket(_ ticket: UInt64, traceLow: UInt64, isSampled: Bool) -> UInt64 {
        if ticket == 0 { return 0 }
        let state = TraceStateTable.state(ticket)
        let entry = OpenTelemetryTraceState(state)
        guard let threshold = entry.threshold else { return ticket }
        let randomness = entry.randomness ?? traceLow & SamplingThreshold.mask
        if (randomness >= threshold) == isSampled { return ticket }
        return TraceStateTable.insert(entry.setting(nil, in: state))
    }
}
