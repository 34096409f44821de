import COTelRuntime
import OTelAPI

// The specification's CompositeSampler.
extension ComposableSampler {
    /// Turns the intent into a decision.
    func decide(
        _ situation: SamplingTable.Situation,
        _ candidate: SpanCandidate,
        _ trace: ConsistentTrace
    ) -> SamplingResult {
        let intent = self.samplingIntent(for: SamplingIntent.Request(candidate, situation, trace))
        let isSampled = intent.samples(trace)
        let threshold = intent.isAdjustedCountReliable ? intent.threshold : nil
        let made = intent.thresholdState?.threshold == threshold ? intent.thresholdState : nil
        var result = trace.result(isSampled: isSampled, threshold: threshold, made: made)
        if let provider = intent.traceState {
            result.traceState = trace.state(provider(trace.state, result.decision), threshold: result.threshold)
        }
        if isSampled, let attributes = intent.attributes { result.attributes = attributes() }
        return result
    }
}

extension SamplingIntent {
    fileprivate func samples(_ trace: ConsistentTrace) -> Bool {
        guard let threshold = self.threshold, threshold < SamplingThreshold.never else { return false }
        if threshold == 0 { return true }
        let fresh = { cotel_random(cotel_thread_get()) & SamplingThreshold.mask }
        return (self.isAdjustedCountReliable ? trace.randomness : fresh()) >= threshold
    }
}

extension ConsistentTrace {
    /// A state that a sampler has made, with the parent's entry `ot` in it and another threshold in that.
    fileprivate func state(_ provided: OTelTraceState, threshold: UInt64?) -> OTelTraceState {
        let entry = OpenTelemetryTraceState.value(threshold, in: self.state)
        return entry.isEmpty ? provided.removing("ot") : provided.setting("ot", entry)
    }
}
