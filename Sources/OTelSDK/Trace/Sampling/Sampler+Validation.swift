extension Sampler {
    /// Throws for the first setting in the tree that cannot be used.
    package func validate(_ setting: String) throws(ConfigError) {
        switch self.kind {
        case .alwaysOn, .alwaysOff: ()
        case .custom(let sampler): try sampler.value.validate(setting)
        case .traceIDRatio(let rule):
            guard rule.ratio >= 0, rule.ratio <= 1 else {
                throw ConfigError(setting: setting, value: "\(rule.ratio)", expected: "a ratio from 0 to 1")
            }
        case .probability(let rule): try SamplingThreshold.validate(rule.ratio, setting)
        case .parentBased(let delegates):
            try delegates.root.validate("\(setting).root")
            try delegates.remoteSampled.validate("\(setting).remoteSampled")
            try delegates.remoteNotSampled.validate("\(setting).remoteNotSampled")
            try delegates.localSampled.validate("\(setting).localSampled")
            try delegates.localNotSampled.validate("\(setting).localNotSampled")
        case .alwaysRecord(let root): try root.value.validate("\(setting).root")
        case .composite(let sampler): try sampler.value.validate("\(setting).composite")
        }
    }
}
