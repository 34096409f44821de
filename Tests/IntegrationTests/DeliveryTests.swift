import OTLPHTTPExporter
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Delivery over OTLP/HTTP to a real collector", .serialized, .ownThread)
struct DeliveryTests {
    private static let counts = [1, 511, 512, 513, 2048, 10_000]

    @Test("every span and log record arrives exactly once", .matrix(247, 169, 165, 157), arguments: counts)
    func exactlyOnce(count: Int) throws {
        try self.deliver(count, .none)
    }

    @Test("the same with gzip", .matrix(249), arguments: [1, 513, 10_000])
    func exactlyOnceCompressed(count: Int) throws {
        try self.deliver(count, .gzip)
    }

    private func deliver(_ count: Int, _ compression: OTLPHTTPExporter.Compression) throws {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector, compression: compression)
        telemetry.record("item", count)
        let report = telemetry.shutdownBlocking(timeout: .seconds(20))

        #expect(report.isInTime && report.isComplete, "\(report)")
        for sink in report.statistics.sinks {
            expectSettled(sink, accepted: count)
            #expect(sink.exported == count)
        }
        let state = try collector.state()
        #expect(state.violations == [])
        #expect(state.spans == count && state.logs == count)
        #expect(state.connections == 2, "each sink keeps one connection")
        #expect(state.encodings == [compression == .gzip ? "gzip" : "identity": state.requests])
        if compression == .gzip, count > 500 { #expect(state.bytes * 2 < state.decodedBytes) }
        let requests = try collector.requests()
        #expect(requests.allSatisfy { (1...512).contains($0.items) })
        // Nothing travels in more requests than it needs, but for the batch that is begun when the queue is drained.
        #expect(requests.count <= 2 * (count / 512 + 1) * 2)
        let spans = try collector.spans(as: CollectedSpan.self)
        #expect(spans.count == count)
        #expect(Set(spans.map(\.name)) == names("item", count))
        #expect(Set(spans.map(\.spanId)).count == count)
        #expect(Set(spans.map(\.traceId)).count == count)
        let logs = try collector.logs(as: CollectedLog.self)
        #expect(logs.count == count)
        #expect(Set(logs.map(\.text)) == names("item", count))
    }

    @Test("flush returns when everything before it has been answered, again and again", .matrix(8, 59, 158))
    func flushes() throws {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector)
        defer { telemetry.shutdownBlocking(timeout: .seconds(1)) }
        for round in 1...5 {
            telemetry.record("round-\(round)", 100)
            let report = telemetry.flushBlocking(timeout: .seconds(10))
            #expect(report.isComplete, "\(report)")
            let state = try collector.state()
            #expect(state.spans == round * 100 && state.logs == round * 100)
        }
        let state = try collector.state()
        #expect(state.requests == 10 && state.connections == 2 && state.violations == [])
    }

    @Test("spans and log records leave by themselves after the delay, and when a batch is full")
    func schedule() throws {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector, delay: .milliseconds(100))
        defer { telemetry.shutdownBlocking(timeout: .seconds(1)) }
        telemetry.record("delay", 3)
        #expect(try collector.wait(spans: 3, logs: 3).reached == true)

        let slow = try Telemetry.sending(to: collector, delay: .seconds(600))
        defer { slow.shutdownBlocking(timeout: .seconds(1)) }
        slow.record("full", 512)
        #expect(try collector.wait(spans: 515, logs: 515).reached == true)
    }

    @Test("threads record while others flush: nothing is lost or doubled", .matrix(6, 15))
    func concurrency() throws {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector, queue: 65_536)
        Threads.run(6) { number in
            if number < 4 {
                telemetry.record("thread-\(number)", 1500)
            } else {
                for _ in 0..<10 { telemetry.flushBlocking(timeout: .seconds(10)) }
            }
        }
        let report = telemetry.shutdownBlocking(timeout: .seconds(20))
        #expect(report.isComplete, "\(report)")
        let spans = try collector.spans(as: CollectedSpan.self)
        #expect(spans.count == 6000)
        #expect(Set(spans.map(\.name)) == (0..<4).reduce(into: []) { $0.formUnion(names("thread-\($1)", 1500)) })
        let logs = try collector.logs(as: CollectedLog.self)
        #expect(logs.count == 6000 && Set(logs.map(\.text)).count == 6000)
        #expect(try collector.state().violations == [])
    }

    @Test("requests carry the path, the type and the user agent that OTLP asks for", .matrix(260))
    func requestHeaders() throws {
        let collector = try Collector()
        let telemetry = try Telemetry.sending(to: collector)
        telemetry.record("item", 1)
        telemetry.shutdownBlocking()
        let requests = try collector.requests().sorted { $0.path < $1.path }
        #expect(requests.map(\.path) == ["/v1/logs", "/v1/traces"])
        for request in requests {
            #expect(request.headers["content-type"] == "application/x-protobuf")
            #expect(request.headers["user-agent"]?.contains("OTel-OTLP-Exporter-Swift/") == true)
            #expect(request.headers["expect"] == nil)
        }
    }
}
