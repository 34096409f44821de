import OTelAPI

extension Sampler {
    /// Decides on a span in a situation.
    ///
    /// `parent` counts unless the situation is `root`. `candidate` is made only for the samplers that look at it.
    func decide(
        _ situation: SamplingTable.Situation,
        parent: OTelSpan,
        traceLow: UInt64,
        candidate: () -> SpanCandidate
    ) -> SamplingResult {
        switch self.kind {
        case .alwaysOn: SamplingResult(.recordAndSample)
        case .alwaysOff: SamplingResult(.drop)
        case .traceIDRatio(let rule): rule.decide(situation, parent: parent, traceLow: traceLow)
        case .probability(let rule): rule.decide(situation, parent: parent, traceLow: traceLow)
        case .parentBased(let delegates):
            delegates.delegate(situation)
                .decide(situation, parent: parent, traceLow: traceLow, candidate: candidate)
        case .alwaysRecord(let root):
            root.decide(situation, parent: parent, traceLow: traceLow, candidate: candidate).recordedAtLeast
        case .composite(let sampler): sampler.decide(situation, candidate())
        case .custom(let sampler): sampler.shouldSample(candidate())
        }
    }

    /// Decides on a span of which everything is known; the situation is given by its raw value.
    func decide(_ situation: Int, _ candidate: SpanCandidate) -> SamplingResult {
        let situation = SamplingTable.Situation(rawValue: situation) ?? .root
        return self.decide(situation, parent: candidate.parent.span, traceLow: candidate.traceID.low) { candidate }
    }
}

extension SamplingResult {
    /// The same answer, but recording what it would drop.
    fileprivate var recordedAtLeast: SamplingResult {
        var result = self
        if result.decision == .drop { result.decision = .recordOnly }
        return result
    }
}
