import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@testable import JaegerRemoteSampler

@Suite("Spans sampled by a server's strategy")
struct RemoteSamplingTests {
    @Test(
        "roots follow the server, children their parent, and what is sampled says why",
        .matrix(55)
    )
    func roots() throws {
        let server = try SamplingServer(.rate(1))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, log: log)
        let recording = try RecordingTelemetry(sampler: .parentBased(.custom(sampler)))
        #expect(log.await("now RateLimiting{1.0}"))

        let root = recording.tracer.startSpan("root", parent: .root)
        let child = recording.tracer.startSpan("child", parent: OTelContext(span: root))
        let second = recording.tracer.startSpan("second", parent: .root)
        let orphan = recording.tracer.startSpan("orphan", parent: OTelContext(span: second))
        for span in [orphan, second, child, root] { span.end() }
        #expect(root.context.isSampled && child.context.isSampled)
        #expect(!second.context.isSampled && !orphan.context.isSampled)

        server.set(.probability(1))
        #expect(log.await("now TraceIdRatioBased{1.000000}"))
        recording.tracer.startSpan("third", parent: .root).end()
        let spans = recording.spans
        #expect(spans.map(\.name) == ["child", "root", "third"])
        #expect(spans[0].attributes.isEmpty)
        #expect(spans[1].attributes["sampler.type"] == "ratelimiting")
        #expect(spans[1].attributes["sampler.param"] == .double(1))
        #expect(spans[2].attributes["sampler.type"] == "probabilistic")
    }

    @Test("a share of the traces is sampled as the server asks", .matrix(55))
    func share() throws {
        let server = try SamplingServer(.probability(0.25))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, log: log)
        let recording = try RecordingTelemetry(sampler: .parentBased(.custom(sampler)))
        #expect(log.await("now TraceIdRatioBased{0.250000}"))
        let sampled = (0..<10_000).filter { _ in
            let span = recording.tracer.startSpan("span", parent: .root)
            defer { span.end() }
            return span.context.isSampled
        }
        // Seven standard deviations: not in the life of a test suite.
        #expect(abs(sampled.count - 2500) < 303)
    }

    @Test("the sampler that users write asks for their service, and for as long as their telemetry runs", .matrix(55))
    func configured() throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        let sampler = Sampler.jaegerRemote(
            endpoint: server.endpoint,
            pollingInterval: .milliseconds(5),
            initialSampler: .alwaysOff
        )
        let recording = try RecordingTelemetry(sampler: .parentBased(sampler)) { $0.serviceName = "my shop" }
        // The second is sent when the first has been answered and is in force.
        #expect(server.awaitRequests(2))
        #expect(recording.tracer.startSpan("root", parent: .root).context.isSampled)
        let clock = ContinuousClock()
        server.set(.stall([]))
        #expect(server.awaitRequests())
        #expect(clock.measure { recording.telemetry.shutdownBlocking(timeout: .seconds(8)) } < .seconds(1))
        #expect(server.requests.allSatisfy { $0.requestLine == "GET /sampling?service=my%20shop HTTP/1.1" })
    }

    @Test("the look-ups record nothing themselves")
    func suppressed() throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        let recording = try RecordingTelemetry(sampler: .alwaysOn)
        let wasRecording = Mutex<Bool?>(nil)
        let log = NewsLog()
        var settings = PollingSettings(
            endpoint: server.endpoint,
            interval: .seconds(60),
            headers: [:],
            timeout: .seconds(10)
        )
        settings.report = { news in
            let span = recording.tracer.startSpan("on the thread of the look-ups")
            wasRecording.withLock { $0 = span.isRecording }
            span.end()
            log.take(news)
        }
        let sampler = RemoteSampler(settings, initial: .alwaysOff)
        sampler.start(serviceName: "test")
        #expect(log.await("now TraceIdRatioBased{1.000000}"))
        sampler.shutdown(by: .after(.seconds(5)))
        #expect(wasRecording.withLock { $0 } == false)
        #expect(recording.spans.isEmpty)
    }
}
