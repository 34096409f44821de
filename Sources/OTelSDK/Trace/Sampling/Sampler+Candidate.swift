import OTelAPI

extension Sampler {
    /// Decides on one span, for a sampler that asks another one.
    ///
    /// Of a parent in this process the sampled flag counts, which speaks for all sinks.
    package func shouldSample(_ candidate: SpanCandidate) -> SamplingResult {
        let parent = candidate.parent.span
        let situation = SamplingTable.Situation(parent: parent.context)
        return self.decide(situation, parent: parent, traceLow: candidate.traceID.low) { candidate }
    }
}

extension SamplingTable.Situation {
    /// What a parent means by itself.
    fileprivate init(parent: OTelSpanContext) {
        switch (parent.isValid, parent.isRemote, parent.isSampled) {
        case (false, _, _): self = .root
        case (true, true, true): self = .remoteSampled
        case (true, true, false): self = .remoteNotSampled
        case (true, false, true): self = .localSampled
        case (true, false, false): self = .localNotSampled
        }
    }
}
