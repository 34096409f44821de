import OTelSDK
import OTelWire

/// Probabilities by operation, each with the rates that every operation is guaranteed and allowed.
///
/// Operations that the server did not name get their own rates when they first occur, up to a bound; beyond it the
/// default probability alone decides on them.
final class OperationTable: Sendable {
    private struct Rule: Sendable {
        let probability: ProbabilityRule
        /// Nil when no rate applies.
        let limits: OperationLimits?
    }

    private let named: [String: Rule]
    private let fallback: ProbabilityRule
    private let rates: OperationLimits.Rates
    /// The operations seen that the server did not name.
    private let others: SpinLocked<[String: OperationLimits]>
    private let clock: MonotonicClock

    /// Span names that are longer are no names of operations, and not kept.
    private static let maxNameBytes = 1024

    /// Goes on with the rates of the table that it replaces.
    init(_ operations: SamplingStrategy.Operations, replacing old: OperationTable?, clock: @escaping MonotonicClock) {
        let rates = OperationLimits.Rates(lower: operations.lowerBound, upper: operations.upperBound)
        let kept = rates.isUnlimited ? [:] : old?.limitsInUse(rates, at: clock()) ?? [:]
        let now = clock()
        self.rates = rates
        self.clock = clock
        self.fallback = ProbabilityRule(operations.defaultProbability)
        var named: [String: Rule] = [:]
        for (operation, probability) in operations.probabilities {
            let limits = rates.isUnlimited ? nil : kept[operation] ?? OperationLimits(rates, at: now)
            named[operation] = Rule(probability: ProbabilityRule(probability), limits: limits)
        }
        self.named = named
        var others: [String: OperationLimits] = [:]
        // At once, not piece by piece on the application's threads.
        if !rates.isUnlimited { others.reserveCapacity(SamplingStrategy.maxOperations - named.count) }
        for (operation, limits) in kept where named[operation] == nil {
            guard others.count < SamplingStrategy.maxOperations - named.count else { break }
            others[operation] = limits
        }
        self.others = SpinLocked(others)
    }

    func decide(_ candidate: SpanCandidate) -> SamplingResult {
        let rule = self.named[candidate.name]
        let probability = rule?.probability ?? self.fallback
        let isIncluded = probability.includes(candidate.traceID)
        guard let limits = rule.map(\.limits) ?? self.limits(ofOther: candidate.name) else {
            return isIncluded ? probability.sampled : SamplingResult(.drop)
        }
        switch limits.decide(isIncluded: isIncluded, at: self.clock()) {
        case .sampled: return probability.sampled
        case .sampledForLowerBound: return probability.sampledForLowerBound.withUnknownProbability(candidate)
        case .dropped: return SamplingResult(.drop)
        }
    }

    /// How many operations have rates of their own.
    var trackedOperations: Int {
        self.named.count + self.others.withLock { $0.count }
    }

    private func limits(ofOther operation: String) -> OperationLimits? {
        guard !self.rates.isUnlimited, operation.utf8.count <= Self.maxNameBytes else { return nil }
        if let known = self.others.withLock({ $0[operation] }) { return known }
        let limits = OperationLimits(self.rates, at: self.clock())
        return self.others.withLock { others in
            if let known = others[operation] { return known }
            guard others.count < SamplingStrategy.maxOperations - self.named.count else { return nil }
            others[operation] = limits
            return limits
        }
    }

    /// The limits for a successor with `rates`: an operation that was not seen for long enough is forgotten, which
    /// changes nothing for it.
    private func limitsInUse(_ rates: OperationLimits.Rates, at now: UInt64) -> [String: OperationLimits] {
        var limits = self.others.withLock { $0 }
        for (operation, rule) in self.named { limits[operation] = rule.limits }
        limits = limits.filter { !$0.value.isIdle(at: now) }
        for one in limits.values { one.setRates(rates, at: now) }
        return limits
    }
}
