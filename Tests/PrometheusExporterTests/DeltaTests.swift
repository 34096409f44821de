import OTLPProto
import OTelAPI
import TestSupport
import Testing

@testable import PrometheusExporter

@Suite("Differences become totals")
struct DeltaTests {
    private func time(_ seconds: Int) -> OTelTimestamp {
        OTelTimestamp(unixNanoseconds: UInt64(seconds) * 1_000_000_000)
    }

    private func sum(
        _ value: MetricView.Number,
        _ start: Int?,
        _ end: Int,
        _ attributes: OTelAttributes = [:],
        isMonotonic: Bool = true
    ) -> MetricView {
        let point = MetricView.NumberPoint(
            value,
            attributes: attributes,
            startTime: start.map(self.time),
            time: self.time(end)
        )
        return .of(MetricData("c", points: .sum([point], .delta, isMonotonic: isMonotonic)))
    }

    private func histogram(_ counts: [UInt64], sum: Double?, _ start: Int, _ end: Int, bounds: [Double] = [1])
        -> MetricView
    {
        let point = MetricView.HistogramPoint(
            bucketCounts: counts,
            bounds: bounds,
            sum: sum,
            startTime: self.time(start),
            time: self.time(end)
        )
        return .of(MetricData("h", points: .histogram([point], .delta)))
    }

    /// The values after each collection.
    private func values(_ collections: [[MetricView]]) -> [[ScrapedValue]] {
        var converter = MetricConverter()
        return collections.map { converter.convert($0) { _, _ in }.flatMap(\.points).map(\.value) }
    }

    private func numbers(_ values: [ScrapedValue]) -> [Double] {
        values.map { if case .number(let number) = $0 { number.asDouble } else { .nan } }
    }

    @Test("sums are added up, series by series, and stay when nothing new comes", .matrix(294))
    func sums() {
        let values = self.values([
            [self.sum(.int(1), 0, 1, ["a": 1]), self.sum(.int(10), 0, 1, ["a": 2])],
            [self.sum(.int(2), 1, 2, ["a": 1])],
            [],
            [self.sum(.int(5), 2, 3, ["a": 1])],
        ])
        #expect(values.map(self.numbers) == [[1, 10], [3, 10], [3, 10], [8, 10]])
    }

    @Test("those that only grow become counters, others gauges", .matrix(294))
    func types() {
        #expect(Scrape([self.sum(.int(4), 0, 1)]).lines == ["# TYPE c_total counter", "c_total 4"])
        #expect(Scrape([self.sum(.int(4), 0, 1, isMonotonic: false)]).lines == ["# TYPE c gauge", "c 4"])
    }

    @Test("what is older is known already; a gap, another type or an overflow starts anew", .matrix(294))
    func alignment() {
        let first = self.sum(.int(1), 0, 10)
        let cases: [(MetricView, Double)] = [
            (self.sum(.int(2), 10, 20), 3), (self.sum(.int(2), nil, 20), 3), (self.sum(.int(2), 0, 5), 1),
            (self.sum(.int(2), 0, 10), 1), (self.sum(.int(2), 11, 20), 2), (self.sum(.int(2), 5, 20), 2),
            (self.sum(.double(2), 10, 20), 2), (self.sum(.int(.max), 10, 20), Double(Int64.max)),
        ]
        for (second, expected) in cases {
            #expect(self.values([[first], [second]]).map(self.numbers) == [[1], [expected]])
        }
    }

    @Test("histograms are added up", .matrix(296))
    func histograms() throws {
        let values = self.values([
            [self.histogram([1, 2], sum: 5, 0, 1)], [self.histogram([3, 0], sum: 1.5, 1, 2)],
            [self.histogram([1, 1], sum: nil, 2, 3)], [self.histogram([1, 1, 1], sum: 1, 3, 4, bounds: [1, 2])],
        ])
        let histograms = values.flatMap { $0 }.compactMap { if case .histogram(let point) = $0 { point } else { nil } }
        try #require(histograms.count == 4)
        #expect(histograms.map(\.count) == [3, 6, 8, 3])
        #expect(histograms.map(\.sum) == [5, 6.5, nil, 1])
        #expect(histograms.map(\.counts) == [[1, 2], [4, 2], [5, 3], [1, 1, 1]])
    }

    @Test("histograms become histograms", .matrix(296))
    func histogramText() {
        let scrape = Scrape([self.histogram([1, 2], sum: 5, 0, 1), self.histogram([1, 0], sum: 1, 1, 2)])
        #expect(scrape.samples == [#"h_bucket{le="1"} 2"#, #"h_bucket{le="+Inf"} 4"#, "h_sum 6", "h_count 4"])
    }

    @Test("exponential histograms that come as differences are left out, with a warning")
    func exponentialHistograms() {
        let point = MetricView.ExponentialHistogramPoint(scale: 0, zeroCount: 1, time: .end)
        let scrape = Scrape([.of(MetricData("e", points: .exponentialHistogram([point], .delta)))])
        #expect(scrape.text.isEmpty)
        #expect(scrape.warnings.count == 1)
    }

    @Test("there is room for so many series, in all metrics together, and a warning about others")
    func bound() {
        let warnings = Warnings()
        var converter = MetricConverter(maxDeltaSeries: 2)
        let views = (0..<3).map { self.sum(.int(1), 0, 1, ["a": .int($0)]) } + [self.histogram([1, 0], sum: 1, 0, 1)]
        let first = converter.convert(views) { warnings.add($1) }
        #expect(first.flatMap(\.points).count == 2)
        #expect(warnings.all.count == 2)
        let second = converter.convert([self.sum(.int(1), 1, 2, ["a": 0])]) { warnings.add($1) }
        #expect(self.numbers(second.flatMap(\.points).map(\.value)) == [2, 1])
        #expect(warnings.all.count == 2)
    }
}
