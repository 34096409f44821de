import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire
import TestSupport
import Testing

@Suite("Metrics kept in memory")
struct InMemoryMetricExporterTests {
    private func telemetry(_ sinks: MetricSink...) throws -> Telemetry {
        try Telemetry(Config(serviceName: "test", sinks: sinks, exitTimeout: .zero))
    }

    private func sums(_ exporter: InMemoryMetricExporter, _ name: String) -> [MetricView.Number] {
        exporter.metrics.filter { $0.name == name }.flatMap(\.numberPoints).map(\.value)
    }

    @Test("keeps what each collection brings, totals by default, and is readable after shutdown")
    func keeps() throws {
        let exporter = InMemoryMetricExporter()
        let telemetry = try self.telemetry(MetricSink(.inMemory(exporter), interval: .seconds(3600)))
        let counter = telemetry.meter("m", version: "1").counter("requests", unit: "{request}")
        counter.add(2)
        telemetry.flushBlocking()
        counter.add(3)
        telemetry.shutdownBlocking()
        #expect(self.sums(exporter, "requests") == [.int(2), .int(5)])
        let metric = try #require(exporter.metrics.first { $0.name == "requests" })
        #expect(metric.temporality == .cumulative)
        #expect(metric.unit == "{request}")
        #expect(metric.scope == OTelScope("m", version: "1"))
        #expect(metric.resource["service.name"] == "test")
        #expect(exporter.droppedMetricCount == 0)
    }

    @Test("reports differences where the sink says so")
    func delta() throws {
        let exporter = InMemoryMetricExporter()
        let telemetry = try self.telemetry(
            MetricSink(.inMemory(exporter), interval: .seconds(3600), temporality: .delta)
        )
        let counter = telemetry.meter("m").counter("requests")
        for count in [2, 3] {
            counter.add(count)
            telemetry.flushBlocking()
        }
        #expect(self.sums(exporter, "requests") == [.int(2), .int(3)])
        telemetry.shutdownBlocking()
    }

    @Test("forgets on demand, but for the views that somebody has")
    func reset() throws {
        let exporter = InMemoryMetricExporter(maxMetrics: 1)
        try exporter.keep(["a", "b"])
        let views = exporter.metrics
        exporter.reset()
        #expect(exporter.metrics.isEmpty)
        #expect(exporter.droppedMetricCount == 0)
        #expect(views.map(\.name) == ["b"])
        try exporter.keep(["c"])
        #expect(exporter.metrics.map(\.name) == ["c"])
    }

    @Test(
        "drops the oldest beyond its bounds and counts them",
        arguments: [
            (maxMetrics: 3, maxBytes: .max, kept: ["c", "d", "e"]),
            (maxMetrics: 100, maxBytes: 40, kept: ["d", "e"]),
            (maxMetrics: 100, maxBytes: 10, kept: []),
            (maxMetrics: 0, maxBytes: .max, kept: []),
            (maxMetrics: -1, maxBytes: -1, kept: []),
        ]
    )
    func bounds(maxMetrics: Int, maxBytes: Int, kept: [String]) throws {
        let exporter = InMemoryMetricExporter(maxMetrics: maxMetrics, maxBytes: maxBytes)
        try exporter.keep(["a", "b"])
        try exporter.keep(["c", "d", "e"])
        #expect(exporter.metrics.map(\.name) == kept)
        #expect(exporter.droppedMetricCount == 5 - kept.count)
    }

    @Test("keeps ten thousand metrics by default")
    func defaultBound() throws {
        let exporter = InMemoryMetricExporter()
        for _ in 0..<11 { try exporter.keep(Array(repeating: "m", count: 1000)) }
        #expect(exporter.metrics.count == 10_000)
        #expect(exporter.droppedMetricCount == 1000)
    }

    @Test("is read, written and reset by several threads at once", .timeLimit(.minutes(1)))
    func threadsConcurrentSafe() async throws {
        let exporter = InMemoryMetricExporter(maxMetrics: 50)
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for round in 0..<100 {
                        try exporter.keep(["a", "b"])
                        #expect(exporter.metrics.count <= 50)
                        if round % 30 == 0 { exporter.reset() }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}

extension InMemoryMetricExporter {
    /// Exports metrics without points: 20 bytes each for a name of one character.
    fileprivate func keep(_ names: [String]) throws {
        var batch = RecordBatch(signal: .metrics, resource: EncodedResource(attributes: [:], schemaURL: nil))
        for name in names { batch.add(name) }
        _ = try self.export(MetricBatch(batch), by: .never)
    }
}

extension RecordBatch {
    fileprivate mutating func add(_ name: String) {
        let head = MetricHead(name: name, description: "", unit: "1234567", shape: .sum(.delta, isMonotonic: true))
        let record = MetricRecord(head, pointBytes: 0)
        let chunk = Chunk(capacity: record.size)
        _ = record.putEnd(to: record.putStart(to: chunk.base))
        self.add(
            UnsafeRawBufferPointer(start: chunk.base, count: record.size),
            in: chunk,
            kind: .metric,
            scopeID: 0,
            scope: { _ in EncodedScope(OTelScope("")) }
        )
    }
}
