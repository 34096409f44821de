import OTLPProto
import OTelAPI
import TestSupport
import Testing

@testable import OTelSDK

@Suite("The sampler of consistent probability")
struct ProbabilitySamplerTests {
    private static let mask: UInt64 = (1 << 56) - 1

    // The first rows meet the threshold 0x80000000000000 exactly, and miss it by one.
    @Test(
        "samples a trace whose 56 random bits reach the threshold, and says so in the trace state",
        .matrix(62),
        arguments: [
            (ratio: 0.5, low: 0xff80_0000_0000_0000, header: "", expected: "ot=th:8"),
            (ratio: 0.5, low: 0xff7f_ffff_ffff_ffff, header: "", expected: nil),
            (ratio: 1, low: 1, header: "", expected: "ot=th:0"),
            (ratio: 0, low: .max, header: "", expected: nil),
            (ratio: 0.1, low: 0x00e6_6600_0000_0000, header: "", expected: "ot=th:e666"),
            (ratio: 0.1, low: 0x00e6_65ff_ffff_ffff, header: "", expected: nil),
            (ratio: 0x1p-56, low: .max, header: "", expected: "ot=th:ffffffffffffff"),
            (ratio: 0x1p-56, low: .max - 1, header: "", expected: nil),
            (ratio: 0.5, low: 1, header: "ot=rv:80000000000000", expected: "ot=th:8;rv:80000000000000"),
            (ratio: 0.5, low: .max, header: "ot=rv:7fffffffffffff,a=1", expected: nil),
            (ratio: 0.5, low: .max, header: "a=1,ot=p:1;th:c", expected: "ot=th:8;p:1,a=1"),
            (ratio: 0.5, low: .max, header: "a=1,ot=th:8", expected: "a=1,ot=th:8"),
            (ratio: 0.5, low: .max, header: "ot=rv:8", expected: "ot=th:8;rv:8"),
        ] as [(ratio: Double, low: UInt64, header: String, expected: String?)]
    )
    func decision(ratio: Double, low: UInt64, header: String, expected: String?) throws {
        let recording = try RecordingTelemetry(sampler: .probability(ratio))
        for flags in [OTelTraceFlags.random, [.random, .sampled]] {
            let span = recording.tracer.startSpan("x", parent: sampledParent(low, header, flags: flags))
            #expect(span.isRecording == (expected != nil))
            #expect(span.context.isSampled == (expected != nil))
            if let expected { #expect(span.context.traceState.header == expected) }
            span.end()
        }
        #expect(
            recording.spans.map(\.context.traceState.header) == Array(repeating: expected, count: 2).compactMap { $0 }
        )
    }

    @Test("a root's threshold is exported and travels in the injected headers", .matrix(62))
    func root() throws {
        let recording = try RecordingTelemetry(sampler: .parentBased(.probability(0.25)))
        var sampled = 0
        for _ in 0..<200 {
            let span = recording.tracer.startSpan("x", parent: .root)
            let child = recording.tracer.startSpan("y", parent: OTelContext(span: span))
            #expect(span.isRecording == (span.traceID.low & Self.mask >= 0xc0_0000_0000_0000))
            #expect(child.isRecording == span.isRecording)
            var headers: [String: String] = [:]
            OTel.inject(OTelContext(span: child), into: &headers)
            #expect(headers["tracestate"] == (span.isRecording ? "ot=th:c" : nil))
            #expect(headers["traceparent"]?.hasSuffix(span.isRecording ? "-03" : "-02") == true)
            sampled += span.isRecording ? 1 : 0
            child.end()
            span.end()
        }
        #expect(sampled > 0)
        #expect(recording.spans.map(\.context.traceState.header) == Array(repeating: "ot=th:c", count: 2 * sampled))
    }

    @Test("all roots share one pinned trace state, and so do the children of equal probability")
    func pinned() throws {
        for sampler in [Sampler.probability(0.3), .composite(.probability(0.3))] {
            let recording = try RecordingTelemetry(sampler: .alwaysRecord(sampler))
            let spans = (0..<50).map { _ in recording.tracer.startSpan("x", parent: .root) }
            let children = spans.map { recording.tracer.startSpan("y", parent: OTelContext(span: $0)) }
            let tickets = Set((spans + children).filter(\.context.isSampled).map(\.traceStateTicket))
            #expect(tickets.count == 1 && tickets.allSatisfy { $0 & TraceStatePins.flag != 0 })
            for span in spans + children { span.end() }
        }
        // What replaces the state replaces the ticket.
        var result = Sampler.probability(1).decide(.root, parent: .invalid, traceLow: 1) { preconditionFailure() }
        result.traceState = OTelTraceState(validHeader: "a=1")
        #expect(result.newTicket.map { TraceStateTable.state($0).header } == "a=1")
    }

    @Test("a span that is not sampled passes no threshold on, and all else of the trace state")
    func dropped() throws {
        let recording = try RecordingTelemetry(sampler: .probability(0.5))
        let parent = sampledParent(.max, "a=1,ot=th:8;rv:7fffffffffffff;p:1")
        let span = recording.tracer.startSpan("x", parent: parent)
        #expect(!span.isRecording)
        #expect(span.context.traceState.header == "ot=rv:7fffffffffffff;p:1,a=1")
    }

    @Test(
        "warns once of a trace id that nobody said is random",
        arguments: [
            (ratio: 0.200_01, flags: .sampled, header: "", warns: true),
            (ratio: 0.200_02, flags: [.sampled, .random], header: "", warns: false),
            (ratio: 0.200_03, flags: .sampled, header: "ot=rv:80000000000000", warns: false),
            (ratio: 0.200_04, flags: .sampled, header: "ot=th:0", warns: true),
        ] as [(ratio: Double, flags: OTelTraceFlags, header: String, warns: Bool)]
    )
    func warning(ratio: Double, flags: OTelTraceFlags, header: String, warns: Bool) throws {
        let recording = try RecordingTelemetry(sampler: .probability(ratio))
        let messages = DiagnosticsCapture.during(mentioning: "ProbabilitySampler{\(Sampler.decimal(ratio))}") {
            for _ in 0..<5 {
                recording.tracer.startSpan("root", parent: .root).end()
                recording.tracer.startSpan("x", parent: sampledParent(1, header, flags: flags)).end()
            }
        }
        #expect(messages.count == (warns ? 1 : 0))
    }

    @Test(
        "what is no probability is an error that names the setting",
        arguments: [
            -1, -.leastNonzeroMagnitude, .leastNonzeroMagnitude, 0x1.fp-57, 1.0000000000000002, .infinity, .nan,
        ]
    )
    func invalid(ratio: Double) {
        let error = #expect(throws: ConfigError.self) {
            _ = try RecordingTelemetry(sampler: .alwaysRecord(.parentBased(.probability(ratio))))
        }
        #expect(error?.setting == "TraceSink.sampler.root.root")
        // Used all the same, it does no harm.
        _ = Sampler.probability(ratio).decide(.root, parent: .invalid, traceLow: .max) { preconditionFailure() }
        #expect(!Sampler.probability(ratio).description.isEmpty)
    }

    @Test("its description has the ratio as a decimal number")
    func description() {
        #expect(Sampler.probability(0.25).description == "ProbabilitySampler{0.250000}")
        #expect(Sampler.probability(1e-7).description == "ProbabilitySampler{0.0000001}")
    }
}
