import OTelAPI
import TestSupport
import Testing

@testable import OTelSDK

@Suite("The sampler by trace id and ratio")
struct RatioSamplerTests {
    private func parent(_ low: UInt64, flags: OTelTraceFlags = [], _ header: String = "") -> OTelSpan {
        OTelSpan(
            OTelSpanContext(
                traceID: OTelTraceID(high: 1, low: low),
                spanID: OTelSpanID(1),
                traceFlags: flags,
                traceState: OTelTraceState(validHeader: header),
                isRemote: true
            )
        )
    }

    private func decides(_ ratio: Double, _ low: UInt64, _ situation: SamplingTable.Situation = .root) -> Bool {
        let sampler = Sampler.traceIDRatio(ratio)
        let isSampled =
            sampler.decide(situation, parent: .invalid, traceLow: low) { preconditionFailure() }.decision
            == .recordAndSample
        let bound = SamplingTable(sampler).bound(situation)
        // The recording path's own comparison.
        if bound != SamplingTable.custom { #expect(isSampled == (low >> 1 < bound)) }
        return isSampled
    }

    @Test("decides as another SDK does")
    func vectors() {
        for (ratio, low, sampled) in pythonRatioDecisions {
            #expect(self.decides(ratio, low) == sampled, "\(ratio) \(String(low, radix: 16))")
        }
    }

    // uint64(fraction * (1 << 63)) in Go cuts what a Double times 2^63 has behind the point; other SDKs round that.
    @Test(
        "cuts as the Go SDK does where the bound is no integer",
        arguments: [
            (ratio: 1e-4, bound: 0x68db8bac710ca),
            (ratio: 1e-5, bound: 0xa7c5ac471b46),
            (ratio: 1e-6, bound: 0x10c6f7a0b5ec),
            (ratio: 1e-9, bound: 0x44b82fa08),
            (ratio: 3e-12, bound: 0x34c6cc8),
        ] as [(ratio: Double, bound: UInt64)]
    )
    func inexact(ratio: Double, bound: UInt64) {
        #expect(self.decides(ratio, bound - 1))
        #expect(!self.decides(ratio, bound))
    }

    @Test("never traps, and takes what is no ratio for never or always", arguments: [0, .max] as [UInt64])
    func improbable(low: UInt64) {
        for ratio in [0, -0.0, -1, -.infinity, .nan, .leastNonzeroMagnitude, 0x1p-64] {
            #expect(!self.decides(ratio, low))
        }
        for ratio in [1, 1.5, .infinity] { #expect(self.decides(ratio, low)) }
    }

    @Test("a ratio that is none is an error", arguments: [-0.1, 1.0000000000000002, .nan, .infinity])
    func invalid(ratio: Double) {
        let error = #expect(throws: ConfigError.self) {
            _ = try RecordingTelemetry(sampler: .parentBased(.alwaysOn, remoteSampled: .traceIDRatio(ratio)))
        }
        #expect(error?.setting == "TraceSink.sampler.remoteSampled")
    }

    @Test(
        "its description has enough digits to tell ratios apart, and no exponent",
        arguments: [
            (ratio: 0, digits: "0.000000"),
            (ratio: 1, digits: "1.000000"),
            (ratio: 0.1, digits: "0.100000"),
            (ratio: 1.0 / 3, digits: "0.3333333333333333"),
            (ratio: 0.0001, digits: "0.000100"),
            (ratio: 1e-5, digits: "0.000010"),
            (ratio: 1.5e-5, digits: "0.000015"),
            (ratio: 1.25e-7, digits: "0.000000125"),
            (ratio: 0x1p-56, digits: "0.000000000000000013877787807814457"),
            (ratio: -2e-7, digits: "-0.0000002"),
            (ratio: .nan, digits: "nan"),
        ] as [(ratio: Double, digits: String)]
    )
    func digits(ratio: Double, digits: String) {
        #expect(Sampler.traceIDRatio(ratio).description == "TraceIdRatioBased{\(digits)}")
    }

    @Test("leaves the trace state as it is")
    func traceState() throws {
        let recording = try RecordingTelemetry(sampler: .traceIDRatio(0.5))
        let parent = self.parent(0x00ff_ffff_ffff_ffff, "ot=th:8,a=1")
        let span = recording.tracer.startSpan("x", parent: OTelContext(span: parent))
        #expect(span.context.traceState.header == "ot=th:8,a=1")
        span.end()
    }

    @Test("is silent about roots, and warns once of spans with a parent")
    func warning() throws {
        let ratio = 0.123_400_1
        let recording = try RecordingTelemetry(sampler: .traceIDRatio(ratio))
        let word = "TraceIdRatioBased{0.1234001}"
        let messages = DiagnosticsCapture.during(mentioning: word) {
            for _ in 0..<10 { recording.tracer.startSpan("root", parent: .root).end() }
        }
        #expect(messages.isEmpty)
        let later = DiagnosticsCapture.during(mentioning: word) {
            for flags in [OTelTraceFlags.sampled, []] {
                for _ in 0..<5 {
                    recording.tracer.startSpan("x", parent: OTelContext(span: self.parent(1, flags: flags))).end()
                }
            }
        }
        try #require(later.count == 1)
        #expect(later[0].contains("have a parent"))
    }

    @Test("names the clash with consistent sampling", arguments: ["ot=th:8", "ot=rv:00000000000001"])
    func pointedWarning(header: String) throws {
        let ratio = header.contains("th") ? 0.123_400_2 : 0.123_400_3
        let recording = try RecordingTelemetry(sampler: .parentBased(.alwaysOn, remoteNotSampled: .traceIDRatio(ratio)))
        let messages = DiagnosticsCapture.during(mentioning: "TraceIdRatioBased{\(ratio)}") {
            for _ in 0..<5 { recording.tracer.startSpan("x", parent: OTelContext(span: self.parent(1, header))).end() }
        }
        try #require(messages.count == 1)
        #expect(messages[0].contains("th or rv"))
    }

    @Test("has a lasting bound for a situation once it has warned of it")
    func settles() {
        let sampler = Sampler.traceIDRatio(0.5)
        for situation in SamplingTable.Situation.allCases {
            #expect((sampler.bound(situation) == SamplingTable.custom) == (situation != .root))
            for isFirst in [true, false] {
                let result = sampler.decide(situation, parent: .invalid, traceLow: 1) { preconditionFailure() }
                #expect(result.settlesBound == (isFirst && situation != .root))
                #expect(sampler.bound(situation) == 1 << 62)
            }
        }
    }
}
