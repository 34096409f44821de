import OTelAPI
import Synchronization
import TestSupport
import Testing

@testable import JaegerRemoteSampler
@testable import OTelSDK

#if canImport(Glibc)
import Glibc
#endif

@Suite("Life of the remote sampler")
struct LifecycleTests {
    /// How long `body` takes.
    private static func duration(_ body: () -> Void) -> Duration {
        ContinuousClock().measure(body)
    }

    @Test("asks nobody before a telemetry starts, nor after the last one has shut down")
    func life() throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, log: log)
        #expect(server.connectionCount == 0)
        sampler.start(serviceName: "shop")
        #expect(log.await("now TraceIdRatioBased{1.000000}"))
        sampler.shutdown(by: .after(.seconds(5)))
        let requests = server.requests.count
        // The last strategy goes on to decide.
        #expect(sampler.samples)
        sampler.shutdown(by: .after(.seconds(5)))
        server.set(.probability(0))
        sampler.start(serviceName: "other")
        #expect(log.await("now TraceIdRatioBased{0.000000}"))
        sampler.shutdown(by: .after(.seconds(5)))
        let lines = server.requests.map(\.requestLine)
        #expect(lines[..<requests].allSatisfy { $0.contains("service=shop") })
        #expect(lines[requests...].allSatisfy { $0.contains("service=other") })
        #expect(log.shown == [])
    }

    @Test("runs until the last of several telemetries has shut down, on one thread")
    func shared() throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, log: log)
        for _ in 0..<3 { sampler.start(serviceName: "shop") }
        for _ in 0..<2 { sampler.shutdown(by: .after(.seconds(5))) }
        #expect(log.await("now TraceIdRatioBased{1.000000}"))
        server.set(.probability(0))
        #expect(log.await("now TraceIdRatioBased{0.000000}"))
        #expect(server.connectionCount == 1)
        #expect(log.shown == [])
        sampler.start(serviceName: "depot")
        #expect(log.await("by services \"shop\" and \"depot\", which both follow the strategy of the first"))
        sampler.shutdown(by: .after(.seconds(5)))
        sampler.shutdown(by: .after(.seconds(5)))
        #expect(server.requests.allSatisfy { $0.requestLine.contains("service=shop") })
        #expect(try Self.isQuiet(server))
    }

    @Test("ends its look-ups when nobody holds it any more")
    func forgotten() throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        let log = NewsLog()
        weak var forgotten: RemoteSampler?
        do {
            let sampler = RemoteSampler(server, log: log)
            forgotten = sampler
            sampler.start(serviceName: "shop")
            #expect(log.await("now TraceIdRatioBased{1.000000}"))
        }
        // The thread may hold it for the moment of an answer.
        #expect(server.awaitRequests() || forgotten == nil)
        #expect(forgotten == nil)
        #expect(try Self.isQuiet(server))
    }

    /// Whether nobody asks the server while another sampler asks it several times.
    private static func isQuiet(_ server: SamplingServer) throws -> Bool {
        let before = server.requests.count
        let other = RemoteSampler(server)
        other.start(serviceName: "witness")
        defer { other.shutdown(by: .after(.seconds(5))) }
        guard server.awaitRequests(5) else { return false }
        // One may have been on its way.
        return server.requests[before...].filter { !$0.requestLine.contains("service=witness") }.count <= 1
    }

    @Test("a shutdown ends the request in flight at once, and is no failure of it")
    func stalled() throws {
        let server = try SamplingServer(.stall([]))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, log: log)
        sampler.start(serviceName: "shop")
        #expect(server.awaitRequests(inAll: 1))
        let duration = Self.duration { sampler.shutdown(by: .after(.seconds(8))) }
        #expect(duration < .seconds(1))
        #expect(log.all == [])
    }

    @Test("a shutdown between two look-ups waits for nothing")
    func sleeping() throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, interval: .seconds(3600), log: log)
        sampler.start(serviceName: "shop")
        #expect(log.await("now TraceIdRatioBased{1.000000}"))
        #expect(Self.duration { sampler.shutdown(by: .after(.seconds(8))) } < .seconds(1))
    }

    @Test("starting and deciding never wait for the server")
    func noWaiting() throws {
        let server = try SamplingServer(.stall([]))
        defer { server.stop() }
        let sampler = RemoteSampler(server)
        let duration = Self.duration {
            sampler.start(serviceName: "shop")
            for _ in 0..<1000 { _ = sampler.samples }
        }
        #expect(duration < .seconds(1))
        sampler.shutdown(by: .after(.seconds(5)))
    }

    @Test("a custom sampler inside the initial one lives as long")
    func delegate() throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        let calls = CallLog()
        let sampler = RemoteSampler(server, initial: .parentBased(.custom(calls)))
        sampler.start(serviceName: "shop")
        sampler.resetAfterFork()
        sampler.shutdown(by: .after(.seconds(5)))
        // It is no child in which this runs.
        #expect(calls.all == ["start shop", "shutdown"])
    }

    @Test("starts and shutdowns at once from several threads leave nothing behind")
    func concurrentSafe() throws {
        let server = try SamplingServer(.probability(1))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, interval: .milliseconds(1), log: log)
        Threads.run(4) { _ in
            for _ in 0..<50 {
                sampler.start(serviceName: "shop")
                _ = sampler.samples
                sampler.shutdown(by: .after(.seconds(5)))
            }
        }
        #expect(log.shown == [])
        // All are gone: a new one is needed, and comes.
        server.set(.probability(0))
        sampler.start(serviceName: "last")
        #expect(log.await("now TraceIdRatioBased{0.000000}"))
        sampler.shutdown(by: .after(.seconds(5)))
        #expect(server.requests.last?.requestLine.contains("service=last") == true)
    }

    #if canImport(Glibc)
    @Test("in a forked child, the look-ups go on with a connection of its own")
    func fork() throws {
        let server = try SamplingServer(.rate(1000))
        defer { server.stop() }
        let log = NewsLog()
        let sampler = RemoteSampler(server, interval: .seconds(3600), log: log)
        sampler.start(serviceName: "shop")
        defer { sampler.shutdown(by: .after(.seconds(5))) }
        #expect(log.await("now RateLimiting{1000.0}"))
        server.set(.probability(0))
        let child = try #require(
            inForkedChild {
                // Once for each telemetry.
                sampler.resetAfterFork()
                sampler.resetAfterFork()
                let end = Deadline.after(.milliseconds(1500))
                while sampler.samples { if end.isOver { return 1 } else { usleep(1000) } }
                guard descriptors(connectedTo: server.port).count == 1 else { return 2 }
                let duration = Self.duration { sampler.shutdown(by: .after(.seconds(1))) }
                return duration < .milliseconds(500) ? 42 : 3
            }
        )
        #expect(child == 42)
        #expect(sampler.samples)
        #expect(server.connectionCount >= 2)
    }

    @Test("in a forked child, the rules are new, since the old ones may be locked for good")
    func newRules() throws {
        let server = try SamplingServer(.rate(1))
        defer { server.stop() }
        let log = NewsLog()
        let calls = CallLog()
        let initial = Sampler.parentBased(.custom(calls))
        let sampler = RemoteSampler(server, initial: initial, interval: .seconds(3600), log: log)
        sampler.start(serviceName: "shop")
        defer { sampler.shutdown(by: .after(.seconds(5))) }
        #expect(log.await("now RateLimiting{1.0}"))
        #expect([sampler.samples, sampler.samples] == [true, false])
        let child = inForkedChild {
            sampler.resetAfterFork()
            guard calls.all.last == "fork" else { return 1 }
            return sampler.samples ? 42 : 2
        }
        #expect(child == 42)
    }
    #endif
}

/// A custom sampler that notes what is asked of it.
private final class CallLog: CustomSampler {
    private let calls = Mutex<[String]>([])

    var all: [String] { self.calls.withLock { $0 } }
    var description: String { "CallLog" }

    func shouldSample(_ candidate: SpanCandidate) -> SamplingResult { SamplingResult(.drop) }
    func start(serviceName: String) { self.calls.withLock { $0.append("start \(serviceName)") } }
    func shutdown(by deadline: Deadline) { self.calls.withLock { $0.append("shutdown") } }
    func resetAfterFork() { self.calls.withLock { $0.append("fork") } }
}
