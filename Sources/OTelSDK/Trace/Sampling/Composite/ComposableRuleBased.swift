/// Wants what the first rule that fits a span says, and no span that none fits (`specification/trace/sdk.md`,
/// "ComposableRuleBased").
public struct ComposableRuleBased: ComposableSampler {
    /// A sampler for the spans that a predicate picks.
    public struct Rule: Sendable {
        let predicate: SpanPredicate
        let sampler: any ComposableSampler

        /// Lets `sampler` speak for the spans that `predicate` picks; for all by default.
        public init(_ predicate: SpanPredicate = .always, _ sampler: some ComposableSampler) {
            self.predicate = predicate
            self.sampler = sampler
        }

        /// The same in short, for lists of rules.
        public static func when(_ predicate: SpanPredicate, _ sampler: some ComposableSampler) -> Rule {
            Rule(predicate, sampler)
        }

        /// A last rule: lets `sampler` speak for all spans.
        public static func otherwise(_ sampler: some ComposableSampler) -> Rule { Rule(.always, sampler) }
    }

    private let rules: [Rule]

    /// A sampler that goes through `rules` in order.
    public init(_ rules: [Rule]) {
        self.rules = rules
    }

    /// What the first fitting rule's sampler wants.
    public func samplingIntent(for request: SamplingIntent.Request) -> SamplingIntent {
        for rule in self.rules where rule.predicate.matches(request) {
            return rule.sampler.samplingIntent(for: request)
        }
        return .never
    }

    /// Throws what a rule's sampler throws.
    public func validate(_ setting: String) throws(ConfigError) {
        for (index, rule) in self.rules.enumerated() { try rule.sampler.validate("\(setting).rules[\(index)]") }
    }

    /// The specification's name, and each rule's predicate and sampler.
    public var description: String {
        let rules = self.rules.map { "(\($0.predicate):\($0.sampler.description))" }
        return "ComposableRuleBased{[\(rules.joined(separator: ","))]}"
    }
}

extension ComposableSampler where Self == ComposableRuleBased {
    /// Wants what the first rule that fits a span says, and no span that none fits.
    public static func ruleBased(_ rules: [ComposableRuleBased.Rule]) -> ComposableRuleBased {
        ComposableRuleBased(rules)
    }
}
