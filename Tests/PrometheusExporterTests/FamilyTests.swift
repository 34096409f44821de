import OTLPProto
import OTelAPI
import TestSupport
import Testing

@testable import PrometheusExporter

@Suite("Families of metrics")
struct FamilyTests {
    @Test("metrics of several scopes with one name are one group with one set of comments", .matrix(279, 284, 285))
    func merged() {
        let scrape = Scrape([
            .counter("a.b", description: "Tells.", scope: OTelScope("one")), .gauge("g"),
            .counter("a_b", .int(2), description: "Tells.", scope: OTelScope("two")),
        ])
        #expect(
            scrape.lines == [
                "# HELP a_b_total Tells.", "# TYPE a_b_total counter", #"a_b_total{otel_scope_name="one"} 1"#,
                #"a_b_total{otel_scope_name="two"} 2"#, "# TYPE g gauge", "g 1",
            ]
        )
        #expect(scrape.warnings.isEmpty)
    }

    @Test("a metric of another type is left out as a whole, with a warning", .matrix(279))
    func typeConflict() {
        let scrape = Scrape([.counter("x_total"), .gauge("x_total"), .gauge("y")])
        #expect(scrape.lines == ["# TYPE x_total counter", "x_total 1", "# TYPE y gauge", "y 1"])
        #expect(scrape.warnings.count == 1 && scrape.warnings[0].contains("x_total"))
    }

    @Test("names of samples are nobody else's", .matrix(279))
    func sampleNameConflict() {
        let point = MetricView.HistogramPoint(bucketCounts: [1], bounds: [], sum: 1, time: .end)
        let scrape = Scrape([.histogram("h", point), .gauge("h_sum"), .gauge("h_count"), .gauge("h_min")])
        #expect(scrape.samples == [#"h_bucket{le="+Inf"} 1"#, "h_sum 1", "h_count 1", "h_min 1"])
        #expect(scrape.warnings.count == 2)
    }

    @Test("in OpenMetrics a counter's family has its name without the suffix to itself", .matrix(279))
    func openMetricsConflict() {
        let metrics: [MetricView] = [.counter("x"), .gauge("x")]
        #expect(Scrape(metrics).samples == ["x_total 1", "x 1"])
        #expect(Scrape(metrics, ExpositionFormat(.openMetrics100)).samples == ["x_total 1"])
    }

    @Test("of several descriptions the first is shown, with a warning", .matrix(279, 284))
    func helpConflict() {
        let scrape = Scrape([
            .counter("c", scope: OTelScope("1")), .counter("c", description: "One", scope: OTelScope("2")),
            .counter("c", description: "Two", scope: OTelScope("3")),
        ])
        #expect(scrape.lines.filter { $0.hasPrefix("# HELP") } == ["# HELP c_total One"])
        #expect(scrape.samples.count == 3)
        #expect(scrape.warnings.count == 1)
    }

    @Test("of several units the first is shown, with a warning", .matrix(279, 281))
    func unitConflict() {
        let metrics: [MetricView] = [
            .gauge("x_seconds", unit: "s", scope: OTelScope("1")),
            .gauge("x_seconds", unit: "By", scope: OTelScope("2")),
        ]
        let scrape = Scrape(metrics, ExpositionFormat(.openMetrics100)) {
            $0.translation = .underscoreEscapingWithoutSuffixes
        }
        #expect(scrape.lines.filter { $0.hasPrefix("# UNIT") } == ["# UNIT x_seconds seconds"])
        #expect(scrape.samples.count == 2)
        #expect(scrape.warnings.count == 1)
    }

    @Test("two series with the same labels are one, with a warning")
    func sameSeries() {
        let scrape = Scrape([.gauge("g", .int(1), scope: OTelScope("1")), .gauge("g", .int(2), scope: OTelScope("2"))])
        {
            $0.hasScopeLabels = false
        }
        #expect(scrape.samples == ["g 1"])
        #expect(scrape.warnings.count == 1)
    }

    @Test("a metric without a name is left out, with a warning; one without points leaves no comments")
    func nothing() {
        let scrape = Scrape([.gauge(""), .of(MetricData("empty", description: "x", points: .gauge([])))])
        #expect(scrape.text.isEmpty)
        #expect(scrape.warnings.count == 1)
    }
}
