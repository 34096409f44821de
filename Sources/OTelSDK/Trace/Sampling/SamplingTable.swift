import OTelAPI

/// A sampler as the recording path asks it: for each situation of a parent one bound on the trace id.
///
/// Trees of always on, always off and ratios come down to this; always on and always off are the highest and the lowest
/// bound. The others are asked.
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

    /// The bound of a situation for which `Sampler.decide` has to be called.
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
}

extension Sampler {
    /// Trace ids whose last 8 bytes, halved, are below the bound are sampled.
    ///
    /// May change once from `custom` to a lasting bound, when a sampler has said what it had to say.
    func bound(_ situation: SamplingTable.Situation) -> UInt64 {
        switch self.kind {
        case .alwaysOn: UInt64.max
        case .alwaysOff: 0
        case .traceIDRatio(let rule): rule.needsWarning(situation) ? SamplingTable.custom : rule.bound
        case .probability(let rule): rule.threshold == SamplingThreshold.never ? 0 : SamplingTable.custom
        case .parentBased(let delegates): delegates.delegate(situation).bound(situation)
        case .alwaysRecord(let root): root.value.bound(situation) == UInt64.max ? UInt64.max : SamplingTable.custom
        case .composite, .custom: SamplingTable.custom
        }
    }
}
