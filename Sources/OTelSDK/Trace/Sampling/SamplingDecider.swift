import OTelAPI

/// The sampler that decides on a span when delegates have been followed, and what of the span it decides by.
struct SamplingDecider {
    private let sampler: Sampler
    /// Whether what would be dropped is recorded.
    private let recordsAll: Bool
    private let situation: SamplingTable.Situation
    private let parent: OTelSpan
    private let traceLow: UInt64

    init(_ sampler: Sampler, _ situation: SamplingTable.Situation, parent: OTelSpan, traceLow: UInt64) {
        var (sampler, recordsAll) = (sampler, false)
        following: while true {
            switch sampler.kind {
            case .parentBased(let delegates): sampler = delegates.delegate(situation)
            case .alwaysRecord(let root): (sampler, recordsAll) = (root.value, true)
            case .alwaysOn, .alwaysOff, .traceIDRatio, .probability, .composite, .custom: break following
            }
        }
        self.sampler = sampler
        self.recordsAll = recordsAll
        self.situation = situation
        self.parent = parent
        self.traceLow = traceLow
    }

    /// The answer, unless the sampler has to see more of the span than its trace.
    func decideByTrace() -> SamplingResult? {
        switch self.sampler.kind {
        case .alwaysOn: SamplingResult(.recordAndSample)
        case .alwaysOff, .parentBased, .alwaysRecord: self.recorded(SamplingResult(.drop))
        case .traceIDRatio(let rule):
            self.recorded(rule.decide(self.situation, parent: self.parent, traceLow: self.traceLow))
        case .probability(let rule):
            self.recorded(rule.decide(self.situation, parent: self.parent, traceLow: self.traceLow))
        case .composite, .custom: nil
        }
    }

    /// The answer of a sampler that looks at the whole span.
    func decide(_ candidate: SpanCandidate) -> SamplingResult {
        switch self.sampler.kind {
        case .composite(let sampler):
            let trace = ConsistentTrace(self.situation, parent: self.parent, traceLow: self.traceLow)
            return self.recorded(sampler.value.decide(self.situation, candidate, trace))
        case .custom(let sampler): return self.recorded(sampler.value.shouldSample(candidate))
        case .alwaysOn, .alwaysOff, .traceIDRatio, .probability, .parentBased, .alwaysRecord:
            return self.decideByTrace() ?? SamplingResult(.drop)
        }
    }

    private func recorded(_ answer: SamplingResult) -> SamplingResult {
        guard self.recordsAll, answer.decision == .drop else { return answer }
        var result = answer
        result.decision = .recordOnly
        return result
    }
}
