extension Sampler {
    /// Visits every custom sampler in the tree of delegates; one that stands in several places, once for each.
    package func forEachCustom(_ body: (any CustomSampler) -> Void) {
        switch self.kind {
        case .alwaysOn, .alwaysOff, .traceIDRatio, .probability, .composite: ()
        case .parentBased(let delegates):
            for situation in SamplingTable.Situation.allCases { delegates.delegate(situation).forEachCustom(body) }
        case .alwaysRecord(let root): root.value.forEachCustom(body)
        case .custom(let sampler): body(sampler.value)
        }
    }

    /// The custom samplers in all of `samplers`, each object once; values have no identity and count each time.
    package static func customSamplers(in samplers: [Sampler]) -> [any CustomSampler] {
        var seen: Set<ObjectIdentifier> = []
        var found: [any CustomSampler] = []
        for sampler in samplers {
            sampler.forEachCustom { custom in
                let isKnown =
                    type(of: custom) is AnyClass && !seen.insert(ObjectIdentifier(custom as AnyObject)).inserted
                if !isKnown { found.append(custom) }
            }
        }
        return found
    }
}
