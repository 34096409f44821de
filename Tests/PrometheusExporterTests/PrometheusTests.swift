import Foundation
import OTLPProto
import OTelAPI
import TestSupport
import Testing

@testable import PrometheusExporter

@Suite("A real Prometheus", .serialized, .ownThread)
struct PrometheusTests {
    private static let scope = OTelScope("shop", version: "1.2", attributes: ["team": "a"])
    private static let trace = OTelTraceID(high: 0x0af7_6519_16cd_43dd, low: 0x8448_eb21_1c80_319c)
    private static let hostile = "a\\b\"c\nd\u{0}e\re̊ 温度 {x=\"y\"} # EOF"

    private static func exemplar(_ value: Double) -> MetricView.Exemplar {
        MetricView.Exemplar(
            .double(value),
            time: .now,
            traceID: self.trace,
            spanID: OTelSpanID(0xb7ad_6b71_6920_3331),
            filteredAttributes: ["user.id": "u1"]
        )
    }

    /// One metric of every kind.
    private static func metrics() -> [MetricView] {
        let exemplar = Self.exemplar(0.07)
        let number = MetricView.NumberPoint(
            .int(42),
            attributes: ["http.method": "GET", "text": .string(Self.hostile)],
            time: .now,
            exemplars: [exemplar]
        )
        let histogram = MetricView.HistogramPoint(
            bucketCounts: [1, 2, 3],
            bounds: [0.05, 0.1],
            sum: 12.5,
            attributes: ["route": "/"],
            time: .now,
            exemplars: [exemplar]
        )
        let quantiles = [MetricView.SummaryPoint.Quantile(0.5, value: 2), .init(0.99, value: 3.5)]
        let exponential = MetricView.ExponentialHistogramPoint(
            scale: 1,
            positive: .init(offset: -1, counts: [1, 2]),
            negative: .init(offset: 0, counts: [1]),
            zeroCount: 4,
            time: .now
        )
        let all: [(String, String, MetricPoints)] = [
            ("requests", "{request}", .sum([number], .cumulative, isMonotonic: true)),
            ("queue.length", "{item}", .sum([.init(.int(-3), time: .now)], .cumulative, isMonotonic: false)),
            ("temperature", "Cel", .gauge([.init(.double(21.5), time: .now)])),
            ("limit", "", .gauge([.init(.double(.infinity), time: .now)])),
            ("latency", "s", .histogram([histogram], .cumulative)),
            ("sizes", "By", .exponentialHistogram([exponential], .cumulative)),
            ("old", "", .summary([.init(count: 4, sum: 9, quantiles: quantiles, time: .now)])),
        ]
        return all.map { name, unit, points in
            let metric = MetricData(name, description: "Tells \\ \"of\"\n\(name)", unit: unit, points: points)
            return MetricView.of(metric, scope: Self.scope)
        }
    }

    private func endpoint() throws -> OpenEndpoint {
        try OpenEndpoint { _ in Self.metrics() }
    }

    @Test(
        "metrics of every kind arrive with labels, comments, exemplars and target",
        .matrix(281, 286, 290, 295, 299, 300)
    )
    func scrape() throws {
        let endpoint = try self.endpoint()
        let prometheus = try PrometheusProcess(scraping: endpoint.port)
        try #require(prometheus.waitForScrapes() == nil)
        let requests = try #require(prometheus.query("requests_total").first)
        #expect(requests.value.text == "42")
        let expected = [
            "__name__": "requests_total", "instance": "127.0.0.1:\(endpoint.port)", "job": "test",
            "http_method": "GET", "text": Self.hostile.replacingOccurrences(of: "\0", with: "\u{FFFD}"),
            "otel_scope_name": "shop", "otel_scope_version": "1.2", "otel_scope_team": "a",
        ]
        #expect(requests.metric == expected)
        #expect(try prometheus.values("queue_length", by: "job") == ["test": "-3"])
        #expect(try prometheus.values("temperature_celsius", by: "job") == ["test": "21.5"])
        #expect(try prometheus.values("limit", by: "job") == ["test": "+Inf"])
        let latency = try prometheus.values("latency_seconds_bucket{route=\"/\"}", by: "le")
        #expect(latency == ["0.05": "1", "0.1": "3", "+Inf": "6"])
        #expect(try prometheus.values("latency_seconds_sum", by: "job") == ["test": "12.5"])
        #expect(try prometheus.values("latency_seconds_count", by: "job") == ["test": "6"])
        #expect(try prometheus.values("sizes_bytes_bucket", by: "le")["0.0"] == "5")
        #expect(try prometheus.values("old", by: "quantile") == ["0.5": "2", "0.99": "3.5"])
        #expect(try prometheus.values("target_info", by: "service_name") == ["test": "1"])
    }

    @Test("types, descriptions and units arrive", .matrix(281, 284, 285))
    func metadata() throws {
        let endpoint = try self.endpoint()
        let prometheus = try PrometheusProcess(scraping: endpoint.port)
        try #require(prometheus.waitForScrapes() == nil)
        let metadata = try prometheus.metadata()
        let types = metadata.mapValues(\.type)
        #expect(types["requests"] == "counter")
        #expect(types["queue_length"] == "gauge")
        #expect(types["latency_seconds"] == "histogram")
        #expect(types["old"] == "summary")
        #expect(types["target"] == "info")
        #expect(metadata["latency_seconds"]?.unit == "seconds")
        #expect(metadata["latency_seconds"]?.help.hasPrefix("Tells ") == true)
    }

    @Test("exemplars arrive with their trace", .matrix(299))
    func exemplars() throws {
        let endpoint = try self.endpoint()
        let prometheus = try PrometheusProcess(scraping: endpoint.port)
        try #require(prometheus.waitForScrapes() == nil)
        for query in ["requests_total", "latency_seconds_bucket"] {
            let exemplar = try #require(prometheus.exemplars(query).first)
            let ids = ["trace_id": Self.trace.description, "span_id": "b7ad6b7169203331", "user_id": "u1"]
            #expect(exemplar.labels == ids)
            #expect(exemplar.value == "0.07")
            #expect(exemplar.timestamp > 1_600_000_000)
        }
    }

    @Test("its linter finds nothing to say about the text", .matrix(279, 280, 282, 283, 284, 285, 291, 295, 297))
    func promtool() throws {
        let endpoint = try self.endpoint()
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).txt")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(RawClient.get(endpoint.port).body).write(to: file)
        let promtool = try ChildProcess("/bin/sh", ["-c", "promtool check metrics < \(file.path)"])
        #expect(promtool.wait(upTo: .seconds(30)) == .exited(0))
        #expect(promtool.standardError == "" && promtool.standardOutput == "")
    }
}
