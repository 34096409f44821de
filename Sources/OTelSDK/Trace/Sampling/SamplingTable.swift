import OTelAPI

/// A sampler as the recording path asks it: for each situation of a parent one bound on the trace id.
///
/// Every tree of built-in samplers comes down to this. Always on and always off are the highest and the lowest bound.
struct SamplingTable: Sendable {
    /// What is known of the parent.
    ///
    /// Of one that was sampled, the situation of one that was not follows.
    enum Situation: Int, CaseIterable {
        case root
        case remoteSampled
        case remoteNotSampled
        case localSampled
        case localNotSampled
    }

    static var firstRemote: Int { Situation.remoteSampled.rawValue }
    static var firstLocal: Int { Situation.localSampled.rawValue }

    private var root: UInt64 = 0
    private var remoteSampled: UInt64 = 0
    private var remoteNotSampled: UInt64 = 0
    private var localSampled: UInt64 = 0
    private var localNotSampled: UInt64 = 0

    /// The bound of a situation that a custom sampler decides about.
    ///
    /// No ratio has it.
    static let custom = UInt64.max - 1

    init(_ sampler: Sampler) {
        self.root = sampler.bound(.root)
        self.remoteSampled = sampler.bound(.remoteSampled)
        self.remoteNotSampled = sampler.bound(.remoteNotSampled)
        self.localSampled = sampler.bound(.localSampled)
        self.localNotSampled = sampler.bound(.localNotSampled)
    }

    @inline(__always)
    func bound(_ situation: Situation) -> UInt64 {
        switch situation {
        case .root: self.root
        case .remoteSampled: self.remoteSampled
        case .remoteNotSampled: self.remoteNotSampled
        case .localSampled: self.localSampled
        case .localNotSampled: self.localNotSampled
        }
    }

    /// Whether any situation is left to a custom sampler.
    var needsCandidate: Bool {
        Situation.allCases.contains { self.bound($0) == Self.custom }
    }
}

extension Sampler {
    /// The sampler that decides in a situation, when delegates have been followed.
    private func decider(_ situation: SamplingTable.Situation) -> Sampler {
        guard case .parentBased(let delegates) = self.kind else { return self }
        switch situation {
        case .root: return delegates.root.decider(situation)
        case .remoteSampled: return delegates.remoteSampled.decider(situation)
        case .remoteNotSampled: return delegates.remoteNotSampled.decider(situation)
        case .localSampled: return delegates.localSampled.decider(situation)
        case .localNotSampled: return delegates.localNotSampled.decider(situation)
        }
    }

    /// Trace ids whose last 8 bytes, halved, are below the bound are sampled: what other SDKs decide for a ratio.
    fileprivate func bound(_ situation: SamplingTable.Situation) -> UInt64 {
        switch self.decider(situation).kind {
        case .alwaysOn: UInt64.max
        case .traceIDRatio(let ratio): ratio >= 1 ? UInt64.max : UInt64(max(ratio, 0) * 0x1p63)
        case .custom: SamplingTable.custom
        case .alwaysOff, .parentBased: 0
        }
    }

    /// Asks the custom sampler that decides in a situation.
    func decide(_ situation: Int, _ candidate: SpanCandidate) -> SamplingResult {
        guard let situation = SamplingTable.Situation(rawValue: situation),
            case .custom(let sampler) = self.decider(situation).kind
        else { return SamplingResult(.drop) }
        return sampler.shouldSample(candidate)
    }
}
