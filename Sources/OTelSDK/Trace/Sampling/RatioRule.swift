import OTelAPI
import Synchronization

/// How `TraceIdRatioBased` decides, and what it has to say about that.
final class RatioRule: Sendable {
    let ratio: Double
    /// Trace ids whose last 8 bytes, halved, are below it are sampled: the Go SDK's rule.
    let bound: UInt64
    /// One bit for each situation, by its raw value.
    private let warned = Atomic<UInt8>(0)

    init(_ ratio: Double) {
        self.ratio = ratio
        self.bound = TraceIDRatio(ratio).bound
    }

    /// Whether the next decision in a situation has to be reported; never for roots.
    func needsWarning(_ situation: SamplingTable.Situation) -> Bool {
        situation != .root && self.warned.load(ordering: .relaxed) >> UInt8(situation.rawValue) & 1 == 0
    }

    func decide(_ situation: SamplingTable.Situation, parent: OTelSpan, traceLow: UInt64) -> SamplingResult {
        var result = SamplingResult(traceLow >> 1 < self.bound ? .recordAndSample : .drop)
        if self.needsWarning(situation) {
            self.warn(situation, parent)
            result.settlesBound = true
        }
        return result
    }

    @inline(never)
    private func warn(_ situation: SamplingTable.Situation, _ parent: OTelSpan) {
        let bit = UInt8(1) << UInt8(situation.rawValue)
        guard self.warned.bitwiseOr(bit, ordering: .relaxed).oldValue & bit == 0 else { return }
        let name = Sampler(kind: .traceIDRatio(self)).description
        let entry = OpenTelemetryTraceState(parent.traceState)
        if entry.threshold != nil || entry.randomness != nil {
            Diagnostics.report(
                .warning,
                "\(name) decides on spans of traces that are sampled by consistent probability (th or rv in the trace "
                    + "state of their parents), which it ignores; use the sampler probability or composite"
            )
        } else {
            Diagnostics.report(
                .warning,
                "\(name) decides on spans that have a parent: other SDKs and ratios may decide otherwise within the "
                    + "same trace; use it as the root of parentBased"
            )
        }
    }
}
