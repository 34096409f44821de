import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@testable import PrometheusExporter

@Suite("The sink for Prometheus", .serialized, .ownThread)
struct PrometheusSinkTests {
    private func telemetry(_ sink: PrometheusSink, _ change: (inout Config) -> Void = { _ in }) throws -> Telemetry {
        var config = Config(serviceName: "shop", sinks: [sink])
        change(&config)
        return try Telemetry(config)
    }

    private func samples(_ sink: PrometheusSink, accept: String = "text/plain") throws -> [String] {
        let port = try #require(sink.boundPort)
        let text = try RawClient.get(port, sink.path, headers: ["Accept: \(accept)"]).text
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    @Test("instruments of every kind are scraped as totals", .matrix(286, 289, 290, 293, 295, 300))
    func instruments() throws {
        let sink = PrometheusSink(port: 0)
        let telemetry = try self.telemetry(sink)
        defer { telemetry.shutdownBlocking() }
        let meter = telemetry.meter("lib", version: "1")
        let counter = meter.counter("requests", unit: "{request}")
        counter.add(2, ["a": "b"])
        meter.upDownCounter("queue").add(-1)
        meter.gauge("level", of: Double.self, unit: "Cel").record(1.5)
        meter.histogram("size", unit: "By").record(7)
        let callback = meter.observableCounter("seen") { $0.observe(9) }
        defer { withExtendedLifetime(callback) {} }
        let first = try self.samples(sink)
        let scope = #"otel_scope_name="lib",otel_scope_version="1""#
        for line in [
            #"requests_total{a="b",\#(scope)} 2"#, "queue{\(scope)} -1", "level_celsius{\(scope)} 1.5",
            #"size_bytes_bucket{\#(scope),le="5"} 0"#, #"size_bytes_bucket{\#(scope),le="10"} 1"#,
            "size_bytes_sum{\(scope)} 7", "size_bytes_count{\(scope)} 1", "seen_total{\(scope)} 9",
        ] {
            #expect(first.contains(line), "\(line) in \(first)")
        }
        #expect(first[0].hasPrefix("target_info{") && first[0].contains(#"service_name="shop""#))
        counter.add(3, ["a": "b"])
        #expect(try self.samples(sink).contains(#"requests_total{a="b",\#(scope)} 5"#))
    }

    @Test("exemplars of sampled spans are in OpenMetrics", .matrix(299))
    func exemplars() throws {
        let sink = PrometheusSink(port: 0)
        let telemetry = try self.telemetry(sink) {
            $0.sinks.append(TraceSink(.custom("spans", InMemorySpanExporter())))
        }
        defer { telemetry.shutdownBlocking() }
        let counter = telemetry.meter("lib").counter("requests")
        let span = telemetry.tracer("t").withSpan("s") { span in
            counter.add(1)
            return span.context
        }
        let ids = #"trace_id="\#(span.traceID)",span_id="\#(span.spanID)""#
        let samples = try self.samples(sink, accept: "application/openmetrics-text;version=1.0.0")
        #expect(samples.contains { $0.hasPrefix("requests_total") && $0.contains("# {\(ids)} 1 ") }, "\(samples)")
    }

    @Test("settings reach the text and the reader", .matrix(288, 292, 300))
    func settings() throws {
        let sink = PrometheusSink(
            port: 0,
            path: "/prom",
            translation: .underscoreEscapingWithoutSuffixes,
            hasScopeLabels: false,
            hasTargetInfo: false,
            resourceLabels: { $0 == "zone" },
            aggregations: [.histogram: .explicitBucketHistogram(boundaries: [3])],
            cardinalityLimit: 2
        )
        let telemetry = try self.telemetry(sink) { $0.resourceAttributes = ["zone": "z"] }
        defer { telemetry.shutdownBlocking() }
        let meter = telemetry.meter("lib")
        let counter = meter.counter("c.d")
        for index in 0..<5 { counter.add(1, ["i": .int(index)]) }
        meter.histogram("h").record(1)
        let samples = try self.samples(sink)
        let counters = samples.filter { $0.hasPrefix("c_d{") }
        #expect(counters.contains { $0.contains(#"otel_metric_overflow="true",zone="z""#) })
        #expect(counters.count == 3 || counters.count == 2)
        #expect(
            samples.filter { $0.hasPrefix("h") } == [
                #"h_bucket{zone="z",le="3"} 1"#, #"h_bucket{zone="z",le="+Inf"} 1"#, #"h_sum{zone="z"} 1"#,
                #"h_count{zone="z"} 1"#,
            ]
        )
        #expect(counters.count + 4 == samples.count)
    }

    @Test("differences of a metric producer are added up", .matrix(294, 296))
    func producers() throws {
        let sink = PrometheusSink(port: 0, hasScopeLabels: false, hasTargetInfo: false, producers: [Deltas()])
        let telemetry = try self.telemetry(sink)
        defer { telemetry.shutdownBlocking() }
        for expected in 1...3 { #expect(try self.samples(sink) == ["made_total \(expected)"]) }
    }

    @Test("what is scraped is accounted for; at the end the endpoint is closed")
    func life() throws {
        let sink = PrometheusSink(port: 0)
        #expect(sink.boundPort == nil)
        let telemetry = try self.telemetry(sink)
        telemetry.meter("lib").counter("c").add(1)
        let port = try #require(sink.boundPort)
        _ = try self.samples(sink)
        _ = try self.samples(sink)
        #expect(telemetry.flushBlocking().isInTime)
        let statistics = telemetry.statistics.sinks[0]
        #expect(statistics.name == "prometheus http://localhost:0/metrics")
        #expect(statistics.accepted == 2 && statistics.exported == 2)
        #expect(telemetry.shutdownBlocking().isComplete)
        #expect(sink.boundPort == nil)
        #expect(throws: RawClient.Failure.self) { try RawClient(port) }
    }

    @Test("what can't be used is an error of the start that names it, and nothing stays open")
    func errors() throws {
        let first = PrometheusSink(port: 0)
        let telemetry = try self.telemetry(first)
        defer { telemetry.shutdownBlocking() }
        let taken = try #require(first.boundPort)
        let open = PrometheusSink(port: 0)
        let cases: [(PrometheusSink, String, String)] = [
            (PrometheusSink(port: taken), "PrometheusSink.port", "\(taken)"),
            (PrometheusSink(host: "no.invalid", port: 0), "PrometheusSink.host", "no.invalid"),
            (PrometheusSink(port: 0, path: "metrics"), "PrometheusSink.path", "metrics"),
            (PrometheusSink(port: 0, path: "/m?x"), "PrometheusSink.path", "/m?x"),
            (PrometheusSink(port: 0, scrapeTimeout: .zero), "PrometheusSink.scrapeTimeout", "\(Duration.zero)"),
            (PrometheusSink(port: 0, cardinalityLimit: 0), "PrometheusSink.cardinalityLimit", "0"),
        ]
        for (sink, setting, value) in cases {
            let error = #expect(throws: ConfigError.self) { try self.telemetry(open) { $0.sinks.append(sink) } }
            #expect(error?.setting == setting)
            #expect(error?.value == value)
            #expect(open.boundPort == nil)
        }
    }

    @Test("a callback that hangs costs its own values only")
    func hangingCallback() throws {
        let gate = Monitor(false)
        let sink = PrometheusSink(port: 0, hasScopeLabels: false, hasTargetInfo: false, scrapeTimeout: .seconds(2))
        let telemetry = try self.telemetry(sink)
        defer { telemetry.shutdownBlocking(timeout: .seconds(5)) }
        defer { gate.update { $0 = true } }
        let meter = telemetry.meter("lib")
        meter.counter("c").add(1)
        let callback = meter.observableGauge("stuck") { observer in
            _ = gate.wait(until: .after(.seconds(30))) { $0 ? true : nil }
            observer.observe(1)
        }
        defer { withExtendedLifetime(callback) {} }
        #expect(try self.samples(sink) == ["c_total 1"])
    }
}

/// One more of something in each collection.
private final class Deltas: MetricProducer {
    private let collections = Atomic<UInt64>(0)

    func produce(_ request: MetricProduction.Request) -> MetricProduction {
        let number = self.collections.add(1, ordering: .relaxed).newValue
        let point = MetricView.NumberPoint(
            .int(1),
            startTime: OTelTimestamp(unixNanoseconds: number),
            time: OTelTimestamp(unixNanoseconds: number + 1)
        )
        let metric = MetricData("made", points: .sum([point], .delta, isMonotonic: true))
        return MetricProduction(scope: OTelScope("deltas"), metrics: [metric])
    }
}
