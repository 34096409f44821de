import OTelAPI

extension SamplingResult {
    /// The same answer for a span of which nobody can say how many it stands for: it inherits no threshold.
    package func withUnknownProbability(_ candidate: SpanCandidate) -> SamplingResult {
        let state = candidate.parent.span.traceState
        if state.isEmpty { return self }
        let entry = OpenTelemetryTraceState(state)
        guard entry.differs(from: nil) else { return self }
        var result = self
        result.traceState = entry.setting(nil, in: state)
        return result
    }
}
