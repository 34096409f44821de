import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Which tracers record")
struct TracerConfiguratorTests {
    private static let parent = OTelSpan(
        OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 2),
            spanID: OTelSpanID(3),
            traceFlags: [.sampled, .random],
            traceState: OTelTraceState(validHeader: "a=1"),
            isRemote: true
        )
    )

    @Test(
        "is decided by patterns of their names",
        arguments: [
            (configurator: .enablingAll, enabled: ["", "http.client", "http.server", "sql", "sqlite"]),
            (configurator: .disabling("http.*", "sql"), enabled: ["", "sqlite"]),
            (configurator: .disabling(), enabled: ["", "http.client", "http.server", "sql", "sqlite"]),
            (configurator: .disabling("sql???"), enabled: ["", "http.client", "http.server", "sql"]),
            (configurator: .enablingOnly("http.*", "sql"), enabled: ["http.client", "http.server", "sql"]),
            (configurator: .enablingOnly(), enabled: []),
            (
                configurator: TracerConfigurator { $0.name.isEmpty ? TracerConfig(isEnabled: false) : nil },
                enabled: ["http.client", "http.server", "sql", "sqlite"]
            ),
            (
                configurator: TracerConfigurator { _ in TracerConfig() },
                enabled: ["", "http.client", "http.server", "sql", "sqlite"]
            ),
        ] as [(configurator: TracerConfigurator, enabled: [String])]
    )
    func patterns(configurator: TracerConfigurator, enabled: [String]) throws {
        let recording = try RecordingTelemetry { $0.tracerConfigurator = configurator }
        let names = ["", "http.client", "http.server", "sql", "sqlite"]
        for name in names {
            let tracer = recording.telemetry.tracer(name)
            #expect(tracer.isEnabled == enabled.contains(name))
            tracer.startSpan("x").end()
        }
        #expect(recording.spans.map(\.scope.name) == names.filter(enabled.contains))
    }

    @Test("a tracer that does not record passes on its parent's context and asks nobody")
    func disabled() throws {
        let processor = ScriptedProcessor()
        let sampler = ScriptedSampler { _ in SamplingResult(.recordAndSample) }
        let ids = CountingGenerator()
        let recording = try RecordingTelemetry(sampler: .custom(sampler)) {
            $0.tracerConfigurator = .disabling("off")
            $0.spanProcessors = [processor]
            $0.idGenerator = ids
        }
        let tracer = recording.telemetry.tracer("off")
        let context = OTelContext(span: Self.parent)
        let explicit = tracer.startSpan("x", parent: context, attributes: ["a": 1])
        let implicit = OTelContext.withValue(context) { tracer.startSpan("x") }
        for span in [explicit, implicit] {
            #expect(span.context == Self.parent.context)
            #expect(!span.isRecording)
            span.end()
        }
        #expect(tracer.startSpan("x", parent: .root).context == .invalid)
        let local = recording.tracer.startSpan("local", parent: .root)
        let below = tracer.startSpan("x", parent: OTelContext(span: local))
        #expect(below.context == local.context)
        below.end()
        #expect(local.isRecording)
        local.end()
        #expect(processor.calls.all == ["start", "ending", "end"])
        #expect(recording.spans.map(\.name) == ["local"])
        #expect(sampler.seen.map(\.name) == ["local"])
        #expect(ids.spans == 1)
    }

    @Test("a tracer is enabled when a span that it starts could be recorded")
    func isEnabled() throws {
        let recording = try RecordingTelemetry { $0.tracerConfigurator = .disabling("off") }
        #expect(recording.tracer.isEnabled)
        #expect(!recording.telemetry.tracer("off").isEnabled)
        let nobody = try Telemetry(Config(serviceName: "test"))
        #expect(!nobody.tracer("t").isEnabled)
        #expect(!nobody.tracer("t").startSpan("x").isRecording)
        let logsOnly = try Telemetry(
            Config(serviceName: "test", sinks: [LogSink(.custom("x", InMemoryLogRecordExporter()))])
        )
        #expect(!logsOnly.tracer("t").isEnabled)
        let processed = try Telemetry(Config(serviceName: "test", spanProcessors: [ScriptedProcessor()]))
        #expect(processed.tracer("t").isEnabled)
        OTelContext.withValue(OTelContext.root.suppressingTelemetry()) {
            #expect(!recording.tracer.isEnabled)
            #expect(!recording.tracer.startSpan("x").isRecording)
        }
        #expect(recording.tracer.isEnabled)
        for telemetry in [recording.telemetry, nobody, logsOnly, processed] {
            telemetry.shutdownBlocking()
            #expect(!telemetry.tracer("t").isEnabled)
            #expect(!telemetry.tracer("new").isEnabled)
        }
        #expect(!recording.tracer.isEnabled)
        // A shut down telemetry stays shut down.
        recording.telemetry.configureTracers(.enablingAll)
        #expect(!recording.tracer.isEnabled && !recording.telemetry.tracer("off").isEnabled)
    }

    @Test("a change reaches tracers handed out earlier and later, and leaves spans that have begun alone")
    func change() throws {
        let recording = try RecordingTelemetry()
        let early = recording.telemetry.tracer("lib")
        let begun = early.startSpan("begun", parent: .root)
        recording.telemetry.configureTracers(.disabling("lib*"))
        #expect(!early.isEnabled && !recording.telemetry.tracer("lib").isEnabled)
        #expect(!recording.telemetry.tracer("lib.late").isEnabled)
        #expect(recording.tracer.isEnabled)
        #expect(begun.isRecording)
        begun.setAttribute("a", 1)
        begun.end()
        early.startSpan("off", parent: .root).end()
        recording.telemetry.configureTracers(.disabling("lib.late"))
        #expect(early.isEnabled && !recording.telemetry.tracer("lib.late").isEnabled)
        early.startSpan("on", parent: .root).end()
        #expect(recording.spans.map(\.name) == ["begun", "on"])
        #expect(recording.spans.first?.attributes == ["a": 1])
    }

    @Test("the configurator is asked once for each scope, with the whole scope, and again when it is replaced")
    func asked() throws {
        let scopes = Box<[OTelScope]>([])
        let recording = try RecordingTelemetry {
            $0.tracerConfigurator = TracerConfigurator { scope in
                scopes.update { $0.append(scope) }
                return nil
            }
        }
        let own = OTelScope("lib", version: "1", schemaURL: "https://s", attributes: ["k": 1])
        for _ in 0..<3 {
            let tracer = recording.telemetry.tracer("lib", version: "1", schemaURL: "https://s", attributes: ["k": 1])
            tracer.startSpan("x").end()
        }
        #expect(scopes.value == [OTelScope("test.tracer"), own])
        let again = Box<[OTelScope]>([])
        recording.telemetry.configureTracers(
            TracerConfigurator { scope in
                again.update { $0.append(scope) }
                return TracerConfig(isEnabled: scope == own)
            }
        )
        #expect(Set(again.value) == [OTelScope("test.tracer"), own] && again.value.count == 2)
        #expect(scopes.value.count == 2)
        #expect(!recording.tracer.isEnabled)
    }

    @Test("changes and look-ups at the same time end with the last configurator's answer")
    func changesConcurrentSafe() throws {
        let recording = try RecordingTelemetry()
        let telemetry = recording.telemetry
        for round in 0..<20 {
            let last = TracerConfigurator { TracerConfig(isEnabled: $0.name.hasSuffix("\(round % 10)")) }
            let tracers = Threads.run(4) { thread -> [OTelTracer] in
                if thread == 0 {
                    for _ in 0..<10 {
                        telemetry.configureTracers(.disabling("*"))
                        telemetry.configureTracers(.enablingAll)
                    }
                    telemetry.configureTracers(last)
                    return []
                }
                return (0..<100).map { telemetry.tracer("\(round).\($0)") }
            }.flatMap { $0 }
            #expect(tracers.count == 300)
            #expect(tracers.allSatisfy { $0.isEnabled == $0.scope.name.hasSuffix("\(round % 10)") })
        }
    }

    /// In a process of its own: there is one global telemetry a process.
    @Test("a configurator may take tracers itself, new ones too")
    func reentrant() async {
        await #expect(processExitsWith: .success) {
            let early = OTel.tracer("early")
            let telemetry = try OTel.start(
                Config(
                    serviceName: "test",
                    spanProcessors: [ScriptedProcessor()],
                    tracerConfigurator: TracerConfigurator { scope in
                        OTel.tracer("configuration").withSpan("ask") { _ in }
                        _ = OTel.tracer(scope.name).isEnabled
                        return TracerConfig(isEnabled: scope.name != "early")
                    }
                )
            )
            #expect(!early.isEnabled)
            #expect(OTel.tracer("late").isEnabled)
            #expect(OTel.tracer("configuration").isEnabled)
            telemetry.configureTracers(
                TracerConfigurator { scope in
                    _ = telemetry.tracer("new").isEnabled
                    return TracerConfig(isEnabled: scope.name == "early")
                }
            )
            #expect(early.isEnabled)
            #expect(!OTel.tracer("late").isEnabled && !telemetry.tracer("new").isEnabled)
        }
    }
}
