import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Configuration")
struct ConfigTests {
    /// One bad setting and what the error must name.
    struct BadSetting: Sendable, CustomTestStringConvertible {
        var setting: String
        var value: String
        var change: @Sendable (inout Config) -> Void
        var testDescription: String { "\(self.setting) = \(self.value)" }

        init(_ setting: String, _ value: String, _ change: @escaping @Sendable (inout Config) -> Void) {
            self.setting = setting
            self.value = value
            self.change = change
        }

        static func traces(_ setting: String, _ value: String, _ processor: RecordProcessor) -> BadSetting {
            BadSetting("TraceSink.processor.\(setting)", value) {
                $0.sinks.append(TraceSink(.custom("x", InMemorySpanExporter()), processor: processor))
            }
        }

        static func sampler(_ setting: String, _ value: String, _ sampler: Sampler) -> BadSetting {
            BadSetting("TraceSink.sampler\(setting)", value) {
                $0.sinks.append(TraceSink(.custom("x", InMemorySpanExporter()), sampler: sampler))
            }
        }
    }

    @Test(
        "a setting that cannot be used is an error that names it, its value and what was expected",
        arguments: [
            BadSetting("Config.serviceName", "") { $0.serviceName = "" },
            BadSetting("Config.serviceName", " \n") { $0.serviceName = " \n" },
            BadSetting("Config.exitTimeout", "-1.0 seconds") { $0.exitTimeout = .seconds(-1) },
            BadSetting("Config.spanLimits.attributes", "-1") { $0.spanLimits.attributes = -1 },
            BadSetting("Config.spanLimits.events", "-1") { $0.spanLimits.events = -1 },
            BadSetting("Config.spanLimits.links", "\(Int.max)") { $0.spanLimits.links = .max },
            BadSetting("Config.spanLimits.attributesPerEvent", "-5") { $0.spanLimits.attributesPerEvent = -5 },
            BadSetting("Config.spanLimits.attributesPerLink", "-5") { $0.spanLimits.attributesPerLink = -5 },
            BadSetting("Config.spanLimits.attributeValueLength", "-1") { $0.spanLimits.attributeValueLength = -1 },
            BadSetting("Config.spanLimits.attributeValueDepth", "0") { $0.spanLimits.attributeValueDepth = 0 },
            BadSetting("Config.spanLimits.attributeValueDepth", "65") { $0.spanLimits.attributeValueDepth = 65 },
            BadSetting("Config.spanLimits.encodedBytes", "0") { $0.spanLimits.encodedBytes = 0 },
            BadSetting("Config.logRecordLimits.attributes", "-1") { $0.logRecordLimits.attributes = -1 },
            BadSetting("Config.logRecordLimits.encodedBytes", "\(Int.max)") { $0.logRecordLimits.encodedBytes = .max },
            BadSetting("Config.logRecordLimits.attributeValueLength", "-2") {
                $0.logRecordLimits.attributeValueLength = -2
            },
            BadSetting.traces("maxQueueSize", "0", .batch(maxQueueSize: 0)),
            BadSetting.traces("maxQueueSize", "-1", .batch(maxQueueSize: -1)),
            BadSetting.traces("maxQueueSize", "\(Int.max)", .batch(maxQueueSize: .max)),
            BadSetting.traces("maxQueueBytes", "0", .batch(maxQueueBytes: 0)),
            BadSetting.traces("maxExportBatchSize", "0", .batch(maxExportBatchSize: 0)),
            BadSetting.traces("maxExportBatchSize", "11", .batch(maxQueueSize: 10, maxExportBatchSize: 11)),
            BadSetting.traces("scheduledDelay", "-1.0 seconds", .batch(scheduledDelay: .seconds(-1))),
            BadSetting.traces("exportTimeout", "-1.0 seconds", .batch(exportTimeout: .seconds(-1))),
            BadSetting.sampler("", "1.5", .traceIDRatio(1.5)),
            BadSetting.sampler("", "-0.1", .traceIDRatio(-0.1)),
            BadSetting.sampler("", "nan", .traceIDRatio(.nan)),
            BadSetting.sampler(".root", "2.0", .parentBased(.traceIDRatio(2))),
            BadSetting.sampler(
                ".localNotSampled.root",
                "inf",
                .parentBased(.alwaysOn, localNotSampled: .parentBased(.traceIDRatio(.infinity)))
            ),
            BadSetting("LogSink.processor.maxQueueSize", "0") {
                $0.sinks.append(
                    LogSink(.custom("x", InMemoryLogRecordExporter()), processor: .batch(maxQueueSize: 0))
                )
            },
        ]
    )
    func badSetting(_ bad: BadSetting) throws {
        let exporter = InMemorySpanExporter()
        var config = Config(serviceName: "test", sinks: [TraceSink(.custom("good", exporter))])
        bad.change(&config)
        let error = try #require(throws: ConfigError.self) { _ = try Telemetry(config) }
        #expect(error.setting == bad.setting)
        #expect(error.value == bad.value)
        #expect(!error.expected.isEmpty)
        #expect(error.description == "\(bad.setting) is \"\(bad.value)\"; expected \(error.expected)")
    }

    @Test("an exporter that cannot be made is an error, and those made before it are shut down")
    func failingFactory() throws {
        let made = InMemorySpanExporter()
        let failing = SpanExporterFactory(name: "bad") { () throws(ConfigError) in
            throw ConfigError(setting: "endpoint", value: "nonsense", expected: "a URL")
        }
        let error = try #require(throws: ConfigError.self) {
            _ = try Telemetry(
                Config(serviceName: "test", sinks: [TraceSink(.custom("good", made)), TraceSink(failing)])
            )
        }
        #expect(error.setting == "endpoint")
        #expect(made.shutdowns == 1)
    }

    @Test("the resource has what the configuration says over what every SDK must say", .matrix(173, 176))
    func resource() throws {
        let recording = try RecordingTelemetry {
            $0.serviceName = "shop"
            $0.resourceAttributes = ["service.name": "ignored", "deployment": "eu", "telemetry.sdk.version": "0"]
        }
        let resource = try #require(recording.record()?.resource)
        #expect(resource["service.name"] == "shop")
        #expect(resource["deployment"] == "eu")
        #expect(resource["telemetry.sdk.name"] == "heliograph")
        #expect(resource["telemetry.sdk.language"] == "swift")
        #expect(resource["telemetry.sdk.version"] == "0")
        #expect(resource.count == 5)
    }

    @Test("the batch processor has the defaults of the specification")
    func processorDefaults() throws {
        let spans = try RecordProcessor.batch.resolved(for: "x", defaultDelay: .seconds(5))
        #expect(spans.maxQueueSize == 2048)
        #expect(spans.maxExportBatchSize == 512)
        #expect(spans.scheduledDelay == .seconds(5))
        #expect(spans.exportTimeout == .seconds(30))
        let zero = try RecordProcessor.batch(scheduledDelay: .zero, exportTimeout: .zero)
            .resolved(for: "x", defaultDelay: .seconds(5))
        #expect(zero.scheduledDelay > .zero)
        #expect(zero.exportTimeout > .seconds(1_000_000))
    }

    @Test("several telemetries at a time keep to themselves")
    func several() throws {
        let first = try RecordingTelemetry { $0.serviceName = "first" }
        let second = try RecordingTelemetry { $0.serviceName = "second" }
        first.tracer.startSpan("a", parent: .root).end()
        second.tracer.startSpan("b", parent: .root).end()
        first.telemetry.shutdownBlocking()
        second.tracer.startSpan("c", parent: .root).end()
        #expect(first.spans.map(\.name) == ["a"])
        #expect(second.spans.map(\.name) == ["b", "c"])
        #expect(second.spans.map { $0.resource["service.name"] } == ["second", "second"])
    }
}
