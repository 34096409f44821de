import OTLPProto
import OTelAPI
import Testing

@testable import OTelSDK

@Suite("Metrics made elsewhere, among those of a collection")
struct MetricOutputTests {
    private func views(_ output: MetricOutput) -> [MetricView] {
        var batch = RecordBatch(signal: .metrics, resource: EncodedResource(attributes: [:], schemaURL: nil))
        for record in output.records {
            batch.add(record.bytes, in: record.chunk, items: record.points, kind: .metric, scopeID: record.scope) { _ in
                EncodedScope(OTelScope("producer"))
            }
        }
        return MetricBatch(batch).metrics
    }

    @Test("keep what they say")
    func small() {
        let metric = MetricData(
            "pause",
            description: "of the collector",
            unit: "s",
            points: .summary([
                MetricView.SummaryPoint(count: 1, sum: 2, time: OTelTimestamp(unixNanoseconds: 3))
            ])
        )
        var output = MetricOutput()
        output.write(metric.head, scope: 0, metric.encodedPoints)
        #expect(self.views(output).map(MetricData.init) == [metric])
        #expect(output.records.map(\.points) == [1])
    }

    @Test("come as several of the same name where they are large, and lose nothing")
    func large() {
        let points = (0..<5).map { series in
            MetricView.ExponentialHistogramPoint(
                scale: 20,
                positive: .init(counts: Array(repeating: .max, count: 30_000)),
                attributes: ["series": .int(series)],
                time: OTelTimestamp(unixNanoseconds: 1)
            )
        }
        let metric = MetricData("sizes", points: .exponentialHistogram(points, .delta))
        var output = MetricOutput()
        output.write(metric.head, scope: 0, metric.encodedPoints)
        // 300 000 bytes a point: four make up more than 1 MiB.
        #expect(output.records.map(\.points) == [4, 1])
        let views = self.views(output)
        #expect(views.map(\.name) == ["sizes", "sizes"])
        #expect(views.flatMap(\.exponentialHistogramPoints) == points)
    }

    @Test("without points are nothing")
    func empty() {
        var output = MetricOutput()
        let metric = MetricData("none", points: .gauge([]))
        output.write(metric.head, scope: 0, metric.encodedPoints)
        #expect(output.records.isEmpty)
    }
}
