import OTelSDK
import TestSupport
import Testing

@testable import JaegerRemoteSampler

/// Against a real server, which does what real ones do.
@Suite("Look-ups of the strategy")
struct PollingTests {
    @Test("ask for the service as a query, with the headers given")
    func request() throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        var settings = PollingSettings(
            endpoint: server.endpoint + "?tenant=1#top",
            interval: .seconds(60),
            headers: ["Authorization": "Bearer t"],
            timeout: .seconds(10)
        )
        let log = NewsLog()
        settings.report = log.take
        let sampler = RemoteSampler(settings, initial: .alwaysOff)
        sampler.start(serviceName: "my shop/ä&b=c")
        #expect(log.await("now TraceIdRatioBased{1.000000}"))
        sampler.shutdown(by: .after(.seconds(5)))
        #expect(server.requests.count == 1)
        let request = try #require(server.requests.first)
        #expect(request.requestLine == "GET /sampling?tenant=1&service=my%20shop%2F%C3%A4%26b%3Dc HTTP/1.1")
        #expect(request.values("authorization") == ["Bearer t"])
        #expect(request.values("user-agent").first?.hasPrefix("heliograph/") == true)
    }

    @Test(
        "put the service behind whatever the endpoint has",
        arguments: [
            (endpoint: "http://h/sampling", url: "http://h/sampling?service=a"),
            (endpoint: "http://h", url: "http://h?service=a"),
            (endpoint: "http://h/?", url: "http://h/?service=a"),
            (endpoint: "http://h/?x=1&", url: "http://h/?x=1&service=a"),
            (endpoint: "http://h/#f?g", url: "http://h/?service=a#f?g"),
        ]
    )
    func url(endpoint: String, url: String) {
        let settings = PollingSettings(endpoint: endpoint, interval: .zero, headers: [:], timeout: .zero)
        #expect(settings.url(serviceName: "a") == url)
    }

    @Test("bring strategies of every kind into force while spans are decided on")
    func changes() throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, log: log)
        #expect(!sampler.samples)
        #expect(sampler.description == "JaegerRemoteSampler{AlwaysOffSampler}")
        sampler.start(serviceName: "shop")
        defer { sampler.shutdown(by: .after(.seconds(5))) }
        #expect(log.await("now TraceIdRatioBased{1.000000}"))
        #expect(sampler.samples)
        server.set(.rate(2))
        #expect(log.await("now RateLimiting{2.0}"))
        #expect([sampler.samples, sampler.samples, sampler.samples] == [true, true, false])
        server.set(
            .json(
                #"{"operationSampling":{"defaultSamplingProbability":0.5,"perOperationStrategies":["#
                    + #"{"operation":"span","probabilisticSampling":{"samplingRate":1}}]}}"#
            )
        )
        #expect(log.await("now PerOperation{default=TraceIdRatioBased{0.500000}}"))
        #expect([sampler.samples, sampler.samples, sampler.samples] == [true, true, true])
        server.set(.probability(0))
        #expect(log.await("now TraceIdRatioBased{0.000000}"))
        #expect(!sampler.samples)
        #expect(log.shown == [])
        #expect(server.connectionCount == 1)
    }

    @Test("change nothing when the answer is the same: a rate is not filled up again")
    func unchanged() throws {
        let server = try SamplingServer(.rate(1))
        defer { server.stop() }
        let log = NewsLog()
        let settings = PollingSettings(
            endpoint: server.endpoint,
            interval: .milliseconds(1),
            headers: [:],
            timeout: .seconds(10),
            report: log.take
        )
        let sampler = RemoteSampler(settings, initial: .alwaysOff, clock: ManualClock().read)
        sampler.start(serviceName: "shop")
        defer { sampler.shutdown(by: .after(.seconds(5))) }
        #expect(log.await("now RateLimiting{1.0}"))
        #expect(sampler.samples)
        #expect(server.awaitRequests(3))
        #expect(!sampler.samples)
        #expect(log.all == [])
    }

    @Test(
        "leave the last strategy in force whatever goes wrong, say so once, and recover",
        arguments: [
            .status(302), .status(404), .status(429), .status(500), .status(503), .reset, .raw([]),
            .json("{}"), .json("not JSON"), .json(#"{"probabilisticSampling":{"samplingRate":7}}"#),
            .json(#"{"probabilisticSampling":{"samplingRate":"NaN"}}"#), .json(#"{"probabilisticSampling":"#),
            .raw(Array("SSH-2.0-OpenSSH_9.6\r\n".utf8)),
            .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".utf8)),
            .json(String(repeating: "[", count: 500_000)), .json(String(repeating: " ", count: 1_048_577)),
            .endless([UInt8](repeating: 0x20, count: 65536)),
            .stall([]), .stall(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8)),
        ] as [SamplingServer.Answer]
    )
    func failure(fault: SamplingServer.Answer) throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, timeout: .milliseconds(200), log: log)
        sampler.start(serviceName: "shop")
        defer { sampler.shutdown(by: .after(.seconds(5))) }
        #expect(log.await("now TraceIdRatioBased{1.000000}"))
        server.set(fault)
        #expect(log.await("what decided so far goes on to decide"))
        // Two more attempts, the second of which begins after the first has failed.
        #expect(server.awaitRequests(2))
        #expect(sampler.samples)
        #expect(log.shown == [])
        server.set(.probability(0))
        #expect(log.await("now TraceIdRatioBased{0.000000}"))
        #expect(!sampler.samples)
    }

    @Test("read an answer of up to a mebibyte", arguments: [(size: 1_048_576, isRead: true), (1_048_577, false)])
    func size(size: Int, isRead: Bool) throws {
        let json = #"{"probabilisticSampling":{"samplingRate":1}}"#
        let padding = String(repeating: " ", count: size - json.utf8.count)
        let server = try SamplingServer(.json(json + padding))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, log: log)
        sampler.start(serviceName: "shop")
        defer { sampler.shutdown(by: .after(.seconds(5))) }
        #expect(log.await(isRead ? "now TraceIdRatioBased{1.000000}" : "what decided so far goes on to decide"))
        #expect(sampler.samples == isRead)
    }

    @Test("an unreachable server leaves the decision to the initial sampler")
    func unreachable() throws {
        let server = try SamplingServer(.probability(1))
        server.stop()
        let log = NewsLog()
        let sampler = RemoteSampler(server, initial: .alwaysOn, log: log)
        sampler.start(serviceName: "shop")
        defer { sampler.shutdown(by: .after(.seconds(5))) }
        #expect(log.await("what decided so far goes on to decide"))
        #expect(sampler.samples)
        #expect(sampler.description == "JaegerRemoteSampler{AlwaysOnSampler}")
    }

    @Test("report more operations than are told apart")
    func omitted() throws {
        let all = (0..<2001).map { #"{"operation":"op\#($0)","probabilisticSampling":{"samplingRate":1}}"# }
        let json = #"{"operationSampling":{"perOperationStrategies":[\#(all.joined(separator: ","))]}}"#
        let server = try SamplingServer(.json(json))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, log: log)
        sampler.start(serviceName: "shop")
        defer { sampler.shutdown(by: .after(.seconds(5))) }
        #expect(log.await("1 operations beyond 2000 are left out"))
    }
}
