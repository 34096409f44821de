import OTelAPI
import Synchronization

/// How `ProbabilitySampler` decides, and what it has to say about that.
final class ProbabilityRule: Sendable {
    let ratio: Double
    let threshold: UInt64
    private let thresholdState: ThresholdState?
    private let hasWarned = Atomic<Bool>(false)

    init(_ ratio: Double) {
        self.ratio = ratio
        self.threshold = SamplingThreshold.threshold(probability: ratio)
        self.thresholdState = self.threshold < SamplingThreshold.never ? ThresholdState(self.threshold) : nil
    }

    func decide(_ situation: SamplingTable.Situation, parent: OTelSpan, traceLow: UInt64) -> SamplingResult {
        let trace = ConsistentTrace(situation, parent: parent, traceLow: traceLow, likely: self.thresholdState)
        if trace.presumesRandomness, !self.hasWarned.load(ordering: .relaxed) { self.warn() }
        let isSampled = trace.randomness >= self.threshold
        return trace.result(isSampled: isSampled, threshold: self.threshold, made: self.thresholdState)
    }

    @inline(never)
    private func warn() {
        guard !self.hasWarned.exchange(true, ordering: .relaxed) else { return }
        Diagnostics.report(
            .warning,
            "\(Sampler(kind: .probability(self))) presumes that trace ids are random, but a caller did not confirm it; "
                + "callers should use level 2 of the W3C trace context, which sets the random flag"
        )
    }
}
