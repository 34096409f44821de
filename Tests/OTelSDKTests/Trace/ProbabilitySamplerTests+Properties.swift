import OTelAPI
import TestSupport
import Testing

@testable import OTelSDK

extension ProbabilitySamplerTests {
    /// What a sampler decides for a trace whose parent has a trace state.
    private func result(_ sampler: Sampler, _ low: UInt64, _ state: OTelTraceState) -> SamplingResult {
        let parent = sampledParent(low, state.header).span
        return sampler.decide(.remoteSampled, parent: parent, traceLow: low) { preconditionFailure() }
    }

    @Test("a higher probability samples a superset, by the trace id or by rv")
    func superset() {
        var random = SeededGenerator(seed: 1)
        let ratios = [0x1p-20, 0.001, 0.1, 1.0 / 3, 0.5, 0.9, 1]
        let samplers = ratios.map(Sampler.probability)
        for _ in 0..<3_000 {
            let low = random.next()
            let digits = String(String(random.next() | 1 << 63, radix: 16).prefix(14))
            let state = OTelTraceState(validHeader: Bool.random(using: &random) ? "" : "ot=rv:\(digits)")
            let sampled = samplers.map { self.result($0, low, state).decision == .recordAndSample }
            #expect(sampled.drop { !$0 }.allSatisfy { $0 })
        }
    }

    @Test("the adjusted counts of a chain of services sum to the number of traces", arguments: [0.5, 0.1, 0.02])
    func adjustedCounts(ratio: Double) {
        var random = SeededGenerator(seed: 2)
        let (first, second) = (Sampler.probability(0.6), Sampler.probability(ratio))
        let traces = 20_000
        var (sampled, sum) = (0, 0.0)
        for _ in 0..<traces {
            let low = random.next()
            let above = first.decide(.root, parent: .invalid, traceLow: low) { preconditionFailure() }
            let below = self.result(second, low, above.traceState ?? OTelTraceState())
            guard below.decision == .recordAndSample else { continue }
            // The lower probability's traces are a subset of the higher one's.
            #expect(above.decision == .recordAndSample)
            sampled += 1
            sum += Self.adjustedCount(below.traceState)
        }
        // Five standard deviations of the sum of `traces` draws.
        let deviation = (Double(traces) * (1 - ratio) / ratio).squareRoot()
        #expect(abs(sum - Double(traces)) < 5 * deviation)
        #expect(abs(Double(sampled) - ratio * Double(traces)) < 5 * deviation * ratio)
    }

    private static func adjustedCount(_ state: OTelTraceState?) -> Double {
        let threshold = state.flatMap { OpenTelemetryTraceState($0).threshold } ?? .max
        return 0x1p56 / (0x1p56 - Double(threshold))
    }
}
