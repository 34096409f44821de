import OTelSDK

/// What decides at the moment.
enum ActiveStrategy: Sendable, CustomStringConvertible {
    /// Nothing has arrived yet.
    case initial(Sampler)
    case probabilistic(ProbabilityRule)
    case rateLimiting(RateRule, perSecond: Double)
    case perOperation(OperationTable, defaultProbability: Double)

    /// Carries a strategy out, and goes on with the rates of the one that it replaces.
    init(_ strategy: SamplingStrategy, replacing old: ActiveStrategy, clock: @escaping MonotonicClock) {
        switch strategy {
        case .probabilistic(let probability):
            self = .probabilistic(ProbabilityRule(probability))
        case .rateLimiting(let rate):
            let rule: RateRule? = if case .rateLimiting(let rule, _) = old { rule } else { nil }
            self = .rateLimiting(RateRule(rate: rate, replacing: rule, clock: clock), perSecond: rate)
        case .perOperation(let operations):
            let table: OperationTable? = if case .perOperation(let table, _) = old { table } else { nil }
            self = .perOperation(
                OperationTable(operations, replacing: table, clock: clock),
                defaultProbability: operations.defaultProbability
            )
        }
    }

    func decide(_ candidate: SpanCandidate) -> SamplingResult {
        switch self {
        case .initial(let sampler): sampler.shouldSample(candidate)
        case .probabilistic(let rule):
            rule.includes(candidate.traceID) ? rule.sampled : SamplingResult(.drop)
        case .rateLimiting(let rule, _): rule.decide(candidate)
        case .perOperation(let table, _): table.decide(candidate)
        }
    }

    var description: String {
        switch self {
        case .initial(let sampler): sampler.description
        case .probabilistic(let rule): Sampler.traceIDRatio(rule.probability).description
        case .rateLimiting(_, let rate): "RateLimiting{\(rate)}"
        case .perOperation(_, let probability): "PerOperation{default=\(Sampler.traceIDRatio(probability))}"
        }
    }
}
