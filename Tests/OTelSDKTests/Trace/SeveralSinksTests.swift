import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Several sinks of spans")
struct SeveralSinksTests {
    private let first = InMemorySpanExporter()
    private let second = InMemorySpanExporter()

    private func telemetry(_ firstSampler: Sampler, _ secondSampler: Sampler) throws -> Telemetry {
        try Telemetry(
            Config(
                serviceName: "test",
                sinks: [
                    TraceSink(.custom("first", self.first), sampler: firstSampler),
                    TraceSink(.custom("second", self.second), sampler: secondSampler),
                ]
            )
        )
    }

    @Test("both get every span that their samplers let through")
    func both() throws {
        let telemetry = try self.telemetry(.alwaysOn, .alwaysOn)
        for index in 0..<100 { telemetry.tracer("t").startSpan("\(index)").end() }
        let report = telemetry.shutdownBlocking()
        #expect(report.isComplete)
        #expect(self.first.spans.map(\.name) == (0..<100).map(String.init))
        #expect(self.second.spans.map(\.name) == (0..<100).map(String.init))
        #expect(report.statistics.sinks.map(\.exported) == [100, 100])
    }

    @Test("each gets exactly what its own sampler decides, down the whole trace")
    func different() throws {
        let telemetry = try self.telemetry(
            .parentBased(
                .custom(ScriptedSampler { SamplingResult($0.name.hasPrefix("a") ? .recordAndSample : .drop) })
            ),
            .parentBased(.custom(ScriptedSampler { SamplingResult($0.name.hasSuffix("z") ? .recordAndSample : .drop) }))
        )
        let tracer = telemetry.tracer("t")
        for name in ["a", "z", "az", "n"] {
            let root = tracer.startSpan(name, parent: .root)
            let child = tracer.startSpan("child of \(name)", parent: OTelContext(span: root))
            #expect(root.context.isSampled == (name != "n"))
            #expect(child.isRecording == (name != "n"))
            child.end()
            root.end()
            tracer.startSpan("late child of \(name)", parent: OTelContext(span: root)).end()
        }
        telemetry.shutdownBlocking()
        func family(_ name: String) -> [String] { ["child of \(name)", name, "late child of \(name)"] }
        #expect(self.first.spans.map(\.name) == family("a") + family("az"))
        #expect(self.second.spans.map(\.name) == family("z") + family("az"))
    }

    @Test("a span that one sink only records and another samples goes to the latter")
    func recordOnlyBeside() throws {
        let telemetry = try self.telemetry(
            .custom(ScriptedSampler { _ in SamplingResult(.recordOnly) }),
            .alwaysOn
        )
        let span = telemetry.tracer("t").startSpan("x", parent: .root)
        #expect(span.context.isSampled)
        span.end()
        telemetry.shutdownBlocking()
        #expect(self.first.spans.isEmpty)
        #expect(self.second.spans.count == 1)
    }

    @Test("a remote parent's flag speaks to every sink", arguments: [true, false])
    func remoteParent(sampled: Bool) throws {
        let telemetry = try self.telemetry(.parentBased(.alwaysOff), .parentBased(.alwaysOff))
        let parent = OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 1),
            spanID: OTelSpanID(1),
            traceFlags: sampled ? .sampled : [],
            isRemote: true
        )
        telemetry.tracer("t").startSpan("x", parent: OTelContext(span: OTelSpan(parent))).end()
        telemetry.shutdownBlocking()
        #expect(self.first.spans.count == (sampled ? 1 : 0))
        #expect(self.second.spans.count == (sampled ? 1 : 0))
    }

    @Test("a sampled span of another telemetry is a sampled parent for every sink")
    func parentOfAnotherTelemetry() throws {
        let other = try RecordingTelemetry()
        let telemetry = try self.telemetry(.parentBased(.alwaysOff), .parentBased(.alwaysOff))
        let parent = other.tracer.startSpan("parent", parent: .root)
        telemetry.tracer("t").startSpan("x", parent: OTelContext(span: parent)).end()
        parent.end()
        telemetry.shutdownBlocking()
        #expect(self.first.spans.count == 1)
        #expect(self.second.spans.count == 1)
    }

    @Test("a slow sink does not hold up another one")
    func slowSink() throws {
        let gate = GatedExporter()
        let telemetry = try Telemetry(
            Config(
                serviceName: "test",
                sinks: [TraceSink(.custom("slow", gate)), TraceSink(.custom("first", self.first))]
            )
        )
        telemetry.tracer("t").startSpan("x").end()
        #expect(!telemetry.flushBlocking(timeout: .milliseconds(50)).isInTime)
        #expect(Threads.wait { self.first.spans.count == 1 })
        gate.open()
        #expect(telemetry.shutdownBlocking().isComplete)
    }

    @Test("at most 16 sinks of spans are taken")
    func tooMany() throws {
        let sink = TraceSink(.custom("x", self.first))
        #expect(throws: ConfigError.self) {
            _ = try Telemetry(Config(serviceName: "test", sinks: Array(repeating: sink, count: 17)))
        }
        let most = try Telemetry(Config(serviceName: "test", sinks: Array(repeating: sink, count: 16)))
        most.tracer("t").startSpan("x").end()
        most.shutdownBlocking()
        #expect(self.first.spans.count == 16)
    }
}
