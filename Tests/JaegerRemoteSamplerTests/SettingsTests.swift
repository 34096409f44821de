import OTelSDK
import TestSupport
import Testing

@testable import JaegerRemoteSampler

@Suite("Settings of the remote sampler")
struct SettingsTests {
    @Test("by default a thousandth is sampled until the server answers")
    func defaults() throws {
        let sampler = Sampler.jaegerRemote()
        #expect(sampler.description == "JaegerRemoteSampler{TraceIdRatioBased{0.001000}}")
        let remote = try #require(Sampler.customSamplers(in: [sampler]).first as? RemoteSampler)
        #expect(remote.settings.endpoint == "http://localhost:5778/sampling")
        #expect(remote.settings.interval == .seconds(60))
    }

    @Test(
        "that cannot work keep a telemetry from starting, with an error that names the setting and no secret",
        arguments: [
            (.jaegerRemote(endpoint: ""), "jaegerRemote.endpoint", "is empty"),
            (.jaegerRemote(endpoint: "localhost:5778"), "jaegerRemote.endpoint", "has no scheme"),
            (.jaegerRemote(endpoint: "http://me:secret@/x?secret"), "jaegerRemote.endpoint", "has no host"),
            (.jaegerRemote(endpoint: "ftp://me:secret@host/"), "jaegerRemote.endpoint", "has scheme \"ftp\""),
            (.jaegerRemote(pollingInterval: .zero), "jaegerRemote.pollingInterval", "more than zero"),
            (.jaegerRemote(timeout: .seconds(-1)), "jaegerRemote.timeout", "more than zero"),
            (.jaegerRemote(headers: ["A B": "secret"]), "jaegerRemote.headers", "not a valid header name"),
            (.jaegerRemote(headers: ["X": "secret\r\n"]), "jaegerRemote.headers", "control character"),
            (.jaegerRemote(initialSampler: .traceIDRatio(2)), "jaegerRemote.initialSampler", "from 0 to 1"),
        ] as [(sampler: Sampler, setting: String, expected: String)]
    )
    func invalid(sampler: Sampler, setting: String, expected: String) {
        let error = #expect(throws: ConfigError.self) { try RecordingTelemetry(sampler: .parentBased(sampler)) }
        #expect(error?.setting == "TraceSink.sampler.root.\(setting)")
        #expect(error?.expected.contains(expected) == true)
        #expect(error?.description.contains("secret") == false)
    }

    @Test("that work are taken, and shown without secrets")
    func valid() throws {
        let sampler = Sampler.jaegerRemote(
            endpoint: "https://me:secret@host/sampling?key=secret",
            headers: ["Authorization": "secret"]
        )
        _ = try RecordingTelemetry(sampler: sampler)
        var text = "\(sampler)"
        let settings = PollingSettings(
            endpoint: "https://me:secret@host/sampling?key=secret",
            interval: .seconds(1),
            headers: ["Authorization": "secret"],
            timeout: .seconds(1)
        )
        #expect(settings.displayURL == "https://host/sampling")
        #expect("\(settings)" == "PollingSettings(endpoint: https://host/sampling, headers: [\"Authorization\"])")
        dump(settings, to: &text)
        dump(sampler, to: &text)
        #expect(!text.contains("secret"))
    }
}
