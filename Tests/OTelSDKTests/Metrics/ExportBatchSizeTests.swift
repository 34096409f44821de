import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Batches of a periodic reader")
struct ExportBatchSizeTests {
    @Test(
        "are full but the last, cut metrics in two where they must, and keep the order",
        .matrix(154),
        arguments: [
            (limit: nil, sizes: [12]),
            (limit: 1, sizes: Array(repeating: 1, count: 12)),
            (limit: 2, sizes: [2, 2, 2, 2, 2, 2]),
            (limit: 5, sizes: [5, 5, 2]),
            (limit: 7, sizes: [7, 5]),
            (limit: 11, sizes: [11, 1]),
            (limit: 12, sizes: [12]),
            (limit: 13, sizes: [12]),
            (limit: Int.max, sizes: [12]),
        ] as [(limit: Int?, sizes: [Int])]
    )
    func sizes(limit: Int?, sizes: [Int]) throws {
        let exporter = MemoryMetricExporter()
        let sink = MetricSink(.custom("memory", exporter), interval: .seconds(3600), maxExportBatchSize: limit)
        let telemetry = try Telemetry(Config(serviceName: "test", sinks: [sink], exitTimeout: .zero))
        // Of two scopes: 3 + 4 + 1 points and 4.
        let names = ["c", "h", "g"]
        let first = telemetry.meter("first")
        for id in 0..<3 { first.counter("c", unit: "1", description: "d").add(id + 1, ["id": .int(id)]) }
        for id in 0..<4 { first.histogram("h").record(id, ["id": .int(id)]) }
        first.gauge("g").record(1, ["id": 0])
        telemetry.meter("second").observableCounter("o", of: Double.self) { observer in
            for id in 0..<4 { observer.observe(0.5, ["id": .int(id)]) }
        }
        for _ in 0..<2 {
            #expect(telemetry.flushBlocking().isComplete)
            let batches = exporter.take()
            #expect(batches.map(\.count) == sizes)
            let metrics = batches.flatMap(\.metrics)
            // Parts of a metric are whole metrics of their own.
            let cut = metrics.filter { $0.name == "c" }
            #expect(cut.allSatisfy { $0.unit == "1" && $0.description == "d" && $0.isMonotonic })
            let points = metrics.flatMap { metric in
                (metric.numberPoints.map(\.attributes) + metric.histogramPoints.map(\.attributes))
                    .map { "\(metric.scope.name) \(metric.name) \($0["id"] == .int(0))" }
            }
            #expect(points.count == 12)
            #expect(points.filter { $0.hasSuffix("true") } == names.map { "first \($0) true" } + ["second o true"])
            #expect(Set(metrics.flatMap(\.numberPoints).map(\.time)).count == 1)
        }
        #expect(telemetry.statistics.sinks.first?.exported == 24)
        telemetry.shutdownBlocking()
    }

    @Test("that fail take no other of the collection with them", .matrix(154))
    func failure() throws {
        let exporter = FailingOnce()
        let sink = MetricSink(
            .custom("failing", exporter),
            interval: .seconds(3600),
            temporality: .delta,
            maxExportBatchSize: 2
        )
        let telemetry = try Telemetry(Config(serviceName: "test", sinks: [sink], exitTimeout: .zero))
        for id in 0..<6 { telemetry.meter("m").counter("c").add(1, ["id": .int(id)]) }
        telemetry.flushBlocking()
        let statistics = try #require(telemetry.statistics.sinks.first)
        #expect(statistics.accepted == 6)
        #expect(statistics.exported == 4)
        #expect(statistics.rejected == 2)
        telemetry.shutdownBlocking()
    }

    @Test("have a size of at least one", arguments: [0, -1, Int.min])
    func nonsense(limit: Int) {
        let error = #expect(throws: ConfigError.self) {
            let sink = MetricSink(.custom("memory", MemoryMetricExporter()), maxExportBatchSize: limit)
            _ = try Telemetry(Config(serviceName: "test", sinks: [sink], exitTimeout: .zero))
        }
        #expect(error?.setting == "MetricSink.maxExportBatchSize")
    }
}

/// Refuses the second batch.
private final class FailingOnce: MetricExporter {
    private let batches = MemoryMetricExporter()

    func export(_ batch: MetricBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        let before = self.batches.take()
        for earlier in before + [batch] { _ = try self.batches.export(earlier, by: deadline) }
        if before.count == 1 { throw ExportError(.rejected, "the second") }
        return .success
    }
}
