import OTelAPI

/// A sampler as the recording path asks it: a class of its own for each kind, so that a decision is one virtual call.
class PreparedSampler: @unchecked Sendable {
    // Safety: subclasses are immutable.

    /// Decides from the parent and the trace id alone. `parentSampled` speaks of the same sink.
    func decide(parent: borrowing OTelSpan, parentSampled: Bool, traceLow: UInt64) -> Answer { .drop }

    /// Decides with everything known; only asked after `decide` said `needsCandidate`.
    func decide(_ candidate: SpanCandidate, parentSampled: Bool) -> SamplingResult { SamplingResult(.drop) }

    enum Answer { case drop, sample, needsCandidate }
}

extension Sampler {
    func prepared() -> PreparedSampler {
        switch self.kind {
        case .alwaysOn: AlwaysSampler(.sample)
        case .alwaysOff: AlwaysSampler(.drop)
        case .traceIDRatio(let ratio): RatioSampler(ratio)
        case .parentBased(let delegates): ParentBasedSampler(delegates)
        case .custom(let sampler): ForeignSampler(sampler)
        }
    }
}

private final class AlwaysSampler: PreparedSampler, @unchecked Sendable {
    private let answer: Answer

    init(_ answer: Answer) {
        self.answer = answer
    }

    override func decide(parent: borrowing OTelSpan, parentSampled: Bool, traceLow: UInt64) -> Answer { self.answer }
}

private final class RatioSampler: PreparedSampler, @unchecked Sendable {
    /// Trace ids whose last 63 bits before the lowest are below this are recorded, as other SDKs decide.
    private let bound: UInt64

    init(_ ratio: Double) {
        self.bound = ratio >= 1 ? UInt64.max : UInt64(max(ratio, 0) * 0x1p63)
    }

    override func decide(parent: borrowing OTelSpan, parentSampled: Bool, traceLow: UInt64) -> Answer {
        traceLow &>> 1 < self.bound ? .sample : .drop
    }
}

private final class ParentBasedSampler: PreparedSampler, @unchecked Sendable {
    private let root: PreparedSampler
    private let remoteSampled: PreparedSampler
    private let remoteNotSampled: PreparedSampler
    private let localSampled: PreparedSampler
    private let localNotSampled: PreparedSampler

    init(_ delegates: Sampler.ParentBased) {
        self.root = delegates.root.prepared()
        self.remoteSampled = delegates.remoteSampled.prepared()
        self.remoteNotSampled = delegates.remoteNotSampled.prepared()
        self.localSampled = delegates.localSampled.prepared()
        self.localNotSampled = delegates.localNotSampled.prepared()
    }

    private func delegate(isValid: Bool, isRemote: Bool, isSampled: Bool) -> PreparedSampler {
        guard isValid else { return self.root }
        if isRemote { return isSampled ? self.remoteSampled : self.remoteNotSampled }
        return isSampled ? self.localSampled : self.localNotSampled
    }

    override func decide(parent: borrowing OTelSpan, parentSampled: Bool, traceLow: UInt64) -> Answer {
        self.delegate(
            isValid: parent.isValid,
            isRemote: parent.meta & OTelSpan.remoteFlag != 0,
            isSampled: parentSampled
        ).decide(parent: parent, parentSampled: parentSampled, traceLow: traceLow)
    }

    override func decide(_ candidate: SpanCandidate, parentSampled: Bool) -> SamplingResult {
        let parent = candidate.parent.span
        let delegate = self.delegate(
            isValid: parent.isValid,
            isRemote: parent.meta & OTelSpan.remoteFlag != 0,
            isSampled: parentSampled
        )
        switch delegate.decide(parent: parent, parentSampled: parentSampled, traceLow: candidate.traceID.low) {
        case .drop: return SamplingResult(.drop)
        case .sample: return SamplingResult(.recordAndSample)
        case .needsCandidate: return delegate.decide(candidate, parentSampled: parentSampled)
        }
    }
}

private final class ForeignSampler: PreparedSampler, @unchecked Sendable {
    private let sampler: any CustomSampler

    init(_ sampler: any CustomSampler) {
        self.sampler = sampler
    }

    override func decide(parent: borrowing OTelSpan, parentSampled: Bool, traceLow: UInt64) -> Answer {
        .needsCandidate
    }

    override func decide(_ candidate: SpanCandidate, parentSampled: Bool) -> SamplingResult {
        self.sampler.shouldSample(candidate)
    }
}
