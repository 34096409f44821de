/// The delegates of a sampler that follows the parent, one for each situation.
///
/// A class, so that finding the delegate copies no sampler.
final class ParentBased: Sendable {
    let root: Sampler
    let remoteSampled: Sampler
    let remoteNotSampled: Sampler
    let localSampled: Sampler
    let localNotSampled: Sampler

    init(
        root: Sampler,
        remoteSampled: Sampler,
        remoteNotSampled: Sampler,
        localSampled: Sampler,
        localNotSampled: Sampler
    ) {
        self.root = root
        self.remoteSampled = remoteSampled
        self.remoteNotSampled = remoteNotSampled
        self.localSampled = localSampled
        self.localNotSampled = localNotSampled
    }

    func delegate(_ situation: SamplingTable.Situation) -> Sampler {
        switch situation {
        case .root: self.root
        case .remoteSampled: self.remoteSampled
        case .remoteNotSampled: self.remoteNotSampled
        case .localSampled: self.localSampled
        case .localNotSampled: self.localNotSampled
        }
    }
}
