import OTelAPI

extension Sampler {
    /// Decides on a span in a situation, given by its raw value: see `decide` below.
    @inline(__always)
    func decide(
        _ situation: Int,
        parent: OTelSpan,
        traceLow: UInt64,
        candidate: () -> SpanCandidate
    ) -> SamplingResult {
        let situation = SamplingTable.Situation(rawValue: situation) ?? .root
        return self.decide(situation, parent: parent, traceLow: traceLow, candidate: candidate)
    }

    /// Decides on a span in a situation.
    ///
    /// `parent` counts unless the situation is `root`. `candidate` is made only for the samplers that look at it; inlined,
    /// since a closure that is handed down copies the context it captures on every level.
    @inline(__always)
    func decide(
        _ situation: SamplingTable.Situation,
        parent: OTelSpan,
        traceLow: UInt64,
        candidate: () -> SpanCandidate
    ) -> SamplingResult {
        let decider = SamplingDecider(self, situation, parent: parent, traceLow: traceLow)
        return decider.decideByTrace() ?? decider.decide(candidate())
    }
}
