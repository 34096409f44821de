import OTelAPI

/// The trace state of spans that were sampled with one threshold and inherited none: made once, shared by all.
final class ThresholdState: Sendable {
    let threshold: UInt64
    let state: OTelTraceState
    /// The state's pinned ticket; nil when no more states can be pinned.
    let ticket: UInt64?

    init(_ threshold: UInt64) {
        self.threshold = threshold
        self.state = OTelTraceState().setting("ot", "th:\(SamplingThreshold.digits(threshold))")
        let ticket = TraceStateTable.pin(self.state)
        // A ticket that is not pinned is another one each time.
        self.ticket = TraceStateTable.pin(self.state) == ticket ? ticket : nil
    }
}
