import OTLPProto
import OTelAPI
import TestSupport
import Testing

@testable import PrometheusExporter

@Suite("Text of a scrape")
struct ExpositionTests {
    private static let openMetrics = ExpositionFormat(.openMetrics100)

    private func sum(_ name: String, isMonotonic: Bool) -> MetricView {
        let points = [MetricView.NumberPoint(.double(1.5), attributes: ["a": "b"], time: .end)]
        return .of(MetricData(name, points: .sum(points, .cumulative, isMonotonic: isMonotonic)))
    }

    @Test("gauges are gauges", .matrix(285, 289))
    func gauges() {
        #expect(Scrape([.gauge("g", .double(2.5))]).lines == ["# TYPE g gauge", "g 2.5"])
        #expect(Scrape([.gauge("g", .int(-3))], Self.openMetrics).lines == ["# TYPE g gauge", "g -3", "# EOF"])
    }

    @Test("sums that only grow are counters and called total", .matrix(285, 290, 291))
    func counters() {
        let metric = self.sum("c", isMonotonic: true)
        #expect(Scrape([metric]).lines == ["# TYPE c_total counter", #"c_total{a="b"} 1.5"#])
        let open = Scrape([metric], Self.openMetrics)
        #expect(open.lines == ["# TYPE c counter", #"c_total{a="b"} 1.5"#, "# EOF"])
    }

    @Test("counters can do without the suffix; in OpenMetrics they have no known type then", .matrix(292))
    func countersWithoutSuffix() {
        let metric = self.sum("c", isMonotonic: true)
        let change: (inout ExpositionOptions) -> Void = { $0.translation = .underscoreEscapingWithoutSuffixes }
        #expect(Scrape([metric], .text004, change).lines == ["# TYPE c counter", #"c{a="b"} 1.5"#])
        let open = Scrape([metric], Self.openMetrics, change)
        #expect(open.lines == ["# TYPE c unknown", #"c{a="b"} 1.5"#, "# EOF"])
    }

    @Test("other sums are gauges", .matrix(285, 293))
    func otherSums() {
        let scrape = Scrape([self.sum("u", isMonotonic: false)])
        #expect(scrape.lines == ["# TYPE u gauge", #"u{a="b"} 1.5"#])
    }

    @Test("histograms have buckets that add up, a sum and a count", .matrix(285, 295))
    func histograms() {
        let point = MetricView.HistogramPoint(
            bucketCounts: [1, 0, 2, 4],
            bounds: [0.5, 1, 1_000_000],
            sum: 12.5,
            attributes: ["a": "b"],
            time: .end
        )
        let metric = MetricView.histogram("h", point)
        #expect(
            Scrape([metric]).lines == [
                "# TYPE h histogram", #"h_bucket{a="b",le="0.5"} 1"#, #"h_bucket{a="b",le="1"} 1"#,
                #"h_bucket{a="b",le="1e+06"} 3"#, #"h_bucket{a="b",le="+Inf"} 7"#, #"h_sum{a="b"} 12.5"#,
                #"h_count{a="b"} 7"#,
            ]
        )
        #expect(Scrape([metric], Self.openMetrics).samples[1] == #"h_bucket{a="b",le="1.0"} 1"#)
    }

    @Test("a histogram without ranges or sum has the bucket of everything", .matrix(295))
    func histogramWithoutRanges() {
        var point = MetricView.HistogramPoint(bucketCounts: [], bounds: [], time: .end)
        point.count = 3
        #expect(Scrape([.histogram("h", point)]).samples == [#"h_bucket{le="+Inf"} 3"#, "h_count 3"])
    }

    @Test("exponential histograms become ones with explicit bounds")
    func exponentialHistograms() {
        let point = MetricView.ExponentialHistogramPoint(
            scale: 0,
            positive: .init(offset: -1, counts: [1, 0, 2]),
            negative: .init(offset: 0, counts: [3, 4]),
            zeroCount: 5,
            time: .end
        )
        let scrape = Scrape([.of(MetricData("e", points: .exponentialHistogram([point], .cumulative)))])
        #expect(
            scrape.samples == [
                #"e_bucket{le="-2"} 4"#, #"e_bucket{le="-1"} 7"#, #"e_bucket{le="0"} 12"#, #"e_bucket{le="1"} 13"#,
                #"e_bucket{le="2"} 13"#, #"e_bucket{le="4"} 15"#, #"e_bucket{le="+Inf"} 15"#, "e_count 15",
            ]
        )
    }

    @Test("ranges of an exponential histogram beyond the numbers there are fall into the last")
    func extremeExponentialHistograms() {
        let point = MetricView.ExponentialHistogramPoint(
            scale: -10,
            positive: .init(offset: -1, counts: [1, 2]),
            zeroCount: 1,
            time: .end
        )
        let scrape = Scrape([.of(MetricData("e", points: .exponentialHistogram([point], .cumulative)))])
        #expect(
            scrape.samples == [
                #"e_bucket{le="0"} 1"#, #"e_bucket{le="1"} 2"#, #"e_bucket{le="+Inf"} 4"#, "e_count 4",
            ]
        )
    }

    @Test("summaries have quantiles, a sum and a count", .matrix(285))
    func summaries() {
        let quantiles = [MetricView.SummaryPoint.Quantile(0.5, value: 2), .init(0.99, value: 3.5)]
        let point = MetricView.SummaryPoint(count: 4, sum: 9, quantiles: quantiles, attributes: ["a": "b"], time: .end)
        let scrape = Scrape([.of(MetricData("s", points: .summary([point])))])
        #expect(
            scrape.lines == [
                "# TYPE s summary", #"s{a="b",quantile="0.5"} 2"#, #"s{a="b",quantile="0.99"} 3.5"#,
                #"s_sum{a="b"} 9"#, #"s_count{a="b"} 4"#,
            ]
        )
    }

    @Test("series without a value at the moment are not shown")
    func noRecordedValue() {
        let point = MetricView.NumberPoint(.int(1), time: .end, hasRecordedValue: false)
        #expect(Scrape([.of(MetricData("g", points: .gauge([point])))]).text.isEmpty)
    }

    @Test("descriptions are escaped as the format wants it", .matrix(284))
    func help() {
        let metric = MetricView.counter("c", description: "a\\b\n\"c\"")
        #expect(Scrape([metric]).lines[0] == #"# HELP c_total a\\b\n"c""#)
        #expect(Scrape([metric], Self.openMetrics).lines[0] == #"# HELP c a\\b\n\"c\""#)
    }

    @Test("OpenMetrics has the unit, where the name ends in it", .matrix(281))
    func units() {
        let counter = MetricView.counter("c", unit: "By")
        let scrape = Scrape([counter, .gauge("g", unit: "m/s")], Self.openMetrics)
        #expect(
            scrape.lines.filter { $0.hasPrefix("# UNIT") } == [
                "# UNIT c_bytes bytes", "# UNIT g_meters_per_second meters_per_second",
            ]
        )
        #expect(!Scrape([counter]).text.contains("UNIT"))
        let bare = Scrape([counter], Self.openMetrics) { $0.translation = .noTranslation }
        #expect(!bare.text.contains("UNIT"))
    }

    @Test("names that only some clients read stand in quotes")
    func quotedNames() {
        let metrics: [MetricView] = [
            .counter("é.x", unit: "By", description: "d", attributes: ["http.method": "GET"]), .gauge("a.b\"c"),
        ]
        let format = ExpositionFormat(.text100, escaping: .allowUTF8)
        let scrape = Scrape(metrics, format) { $0.translation = .noUTF8EscapingWithSuffixes }
        #expect(
            scrape.lines == [
                #"# HELP "é.x_bytes_total" d"#, #"# TYPE "é.x_bytes_total" counter"#,
                #"{"é.x_bytes_total","http.method"="GET"} 1"#, #"# TYPE "a.b\"c" gauge"#, #"{"a.b\"c"} 1"#,
            ]
        )
    }

    @Test(
        "the names that a client can't read are written as it asks",
        arguments: [
            (ExpositionFormat(.text004, escaping: .allowUTF8), #"foo_bar_bytes_total{http_method="GET"} 1"#),
            (ExpositionFormat(.openMetrics001, escaping: .allowUTF8), #"foo_bar_bytes_total{http_method="GET"} 1"#),
            (ExpositionFormat(.text100), #"foo_bar_bytes_total{http_method="GET"} 1"#),
            (ExpositionFormat(.text100, escaping: .dots), #"foo_dot_bar__bytes__total{http_dot_method="GET"} 1"#),
            (
                ExpositionFormat(.openMetrics100, escaping: .values),
                #"U__foo_2E_bar__bytes__total{U__http_2E_method="GET"} 1"#
            ),
            (
                ExpositionFormat(.openMetrics100, escaping: .allowUTF8),
                #"{"foo.bar_bytes_total","http.method"="GET"} 1"#
            ),
        ]
    )
    func escapedNames(format: ExpositionFormat, expected: String) {
        let metric = MetricView.counter("foo.bar", unit: "By", attributes: ["http.method": "GET"])
        let scrape = Scrape([metric], format) { $0.translation = .noUTF8EscapingWithSuffixes }
        #expect(scrape.samples == [expected])
    }

    @Test("there are no timestamps, and OpenMetrics ends with its mark")
    func ends() {
        #expect(Scrape([], Self.openMetrics).text == "# EOF\n")
        #expect(Scrape([]).text.isEmpty)
        #expect(Scrape([.gauge()], Self.openMetrics).text == "# TYPE g gauge\ng 1\n# EOF\n")
    }
}
