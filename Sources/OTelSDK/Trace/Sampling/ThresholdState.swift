import OTelAPI

/// The trace state of spans that were sampled with one threshold and inherited none: made once, shared by all.
final class ThresholdState: Sendable {
    let threshold: UInt64
    let state: OTelTraceState

    init(_ threshold: UInt64) {
        self.threshold = threshold
        self.state = OTelTraceState().setting("ot", "th:\(SamplingThreshold.digits(threshold))")
    }
}
