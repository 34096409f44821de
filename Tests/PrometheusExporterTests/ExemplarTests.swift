import OTLPProto
import OTelAPI
import TestSupport
import Testing

@testable import PrometheusExporter

@Suite("Exemplars of a scrape")
struct ExemplarTests {
    private static let openMetrics = ExpositionFormat(.openMetrics100)
    private let trace = OTelTraceID(high: 1, low: 2)
    private let span = OTelSpanID(3)

    private func exemplar(_ value: Double, _ nanoseconds: UInt64, _ attributes: OTelAttributes = [:])
        -> MetricView.Exemplar
    {
        MetricView.Exemplar(
            .double(value),
            time: OTelTimestamp(unixNanoseconds: nanoseconds),
            traceID: self.trace,
            spanID: self.span,
            filteredAttributes: attributes
        )
    }

    private func counter(_ exemplars: [MetricView.Exemplar], isMonotonic: Bool = true) -> MetricView {
        let point = MetricView.NumberPoint(.int(9), time: .end, exemplars: exemplars)
        return .of(MetricData("c", points: .sum([point], .cumulative, isMonotonic: isMonotonic)))
    }

    private static let ids = #"trace_id="00000000000000010000000000000002",span_id="0000000000000003""#

    @Test("a counter has its latest, with ids, attributes and time, in OpenMetrics only", .matrix(299))
    func counters() {
        let metric = self.counter([
            self.exemplar(1, 1_000_000_005), self.exemplar(2, 1_700_000_000_250_000_000, ["user.id": "u\"1"]),
        ])
        let expected = #"c_total 9 # {\#(Self.ids),user_id="u\"1"} 2.0 1700000000.250000000"#
        #expect(Scrape([metric], Self.openMetrics).samples == [expected])
        #expect(Scrape([metric], ExpositionFormat(.openMetrics001)).samples == [expected])
        #expect(Scrape([metric]).samples == ["c_total 9"])
        #expect(Scrape([metric], ExpositionFormat(.text100)).samples == ["c_total 9"])
    }

    @Test("a bucket has the largest of its own range", .matrix(299))
    func buckets() {
        let point = MetricView.HistogramPoint(
            bucketCounts: [2, 0, 1],
            bounds: [1, 2],
            sum: 1,
            time: .end,
            exemplars: [
                self.exemplar(1, 1_000_000_000), self.exemplar(0.5, 2_000_000_000), self.exemplar(7, 3_000_000_000),
                self.exemplar(.nan, 1),
            ]
        )
        #expect(
            Scrape([.histogram("h", point)], Self.openMetrics).samples == [
                #"h_bucket{le="1.0"} 2 # {\#(Self.ids)} 1.0 1.000000000"#, #"h_bucket{le="2.0"} 2"#,
                #"h_bucket{le="+Inf"} 3 # {\#(Self.ids)} 7.0 3.000000000"#, "h_sum 1.0", "h_count 3",
            ]
        )
    }

    @Test("other types have none", .matrix(299))
    func others() {
        let exemplars = [self.exemplar(1, 1)]
        let gauge = MetricView.of(
            MetricData("g", points: .gauge([.init(.int(1), time: .end, exemplars: exemplars)]))
        )
        let metrics = [gauge, self.counter(exemplars, isMonotonic: false)]
        #expect(Scrape(metrics, Self.openMetrics).samples == ["g 1", "c 9"])
        let untyped = Scrape([self.counter(exemplars)], Self.openMetrics) { $0.translation = .noTranslation }
        #expect(untyped.samples == ["c 9"])
    }

    @Test("attributes that would make it too long are left out; ids win over attributes of their names", .matrix(299))
    func limits() {
        // The ids take 8 + 32 + 7 + 16 of 128 characters: 65 are left.
        let attributes: OTelAttributes = [
            "a": .string(String(repeating: "é", count: 60)), "b": "1234", "c": "123", "trace.id": "x", "span_id": "y",
        ]
        let scrape = Scrape([self.counter([self.exemplar(1, 1, attributes)])], Self.openMetrics)
        let expected = #"{\#(Self.ids),a="\#(String(repeating: "é", count: 60))",c="123"}"#
        #expect(scrape.samples[0].contains(expected), "\(scrape.samples)")
    }

    @Test("a measurement outside of traces has no ids")
    func withoutTrace() {
        let exemplar = MetricView.Exemplar(.int(4), time: .start)
        let scrape = Scrape([self.counter([exemplar])], Self.openMetrics)
        #expect(scrape.samples == ["c_total 9 # {} 4 1.000000000"])
    }
}
