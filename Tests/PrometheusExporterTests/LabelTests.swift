import OTLPProto
import OTelAPI
import TestSupport
import Testing

@testable import PrometheusExporter

@Suite("Labels")
struct LabelTests {
    private let scope = OTelScope("lib", version: "1.2", schemaURL: "http://schema", attributes: ["mood.of": "good"])

    @Test("name, version, schema and attributes of the scope are on every series", .matrix(286, 287))
    func scopeLabels() {
        let scrape = Scrape([
            .counter("c", attributes: ["a": "b"], scope: self.scope), .gauge("g", scope: OTelScope("other")),
        ])
        #expect(
            scrape.samples == [
                #"c_total{a="b",otel_scope_mood_of="good",otel_scope_name="lib","#
                    + #"otel_scope_schema_url="http://schema",otel_scope_version="1.2"} 1"#,
                #"g{otel_scope_name="other"} 1"#,
            ]
        )
    }

    @Test("attributes of a scope that clash with its own labels are dropped", .matrix(287))
    func clashingScopeAttributes() {
        let scope = OTelScope("lib", attributes: ["name": "x", "version": "y", "schema.url": "z", "n": 1])
        let scrape = Scrape([.gauge("g", scope: scope)])
        #expect(scrape.samples == [#"g{otel_scope_n="1",otel_scope_name="lib"} 1"#])
    }

    @Test("the labels of the scope can be left out", .matrix(288))
    func withoutScopeLabels() {
        let scrape = Scrape([.counter("c", attributes: ["a": "b"], scope: self.scope)]) { $0.hasScopeLabels = false }
        #expect(scrape.samples == [#"c_total{a="b"} 1"#])
    }

    @Test("keys that become the same label share it, in the order of the keys", .matrix(298))
    func collisions() {
        let attributes: OTelAttributes = ["b.c": "3", "a": "1", "b-c": "2", "b_c": "4", "otel.scope.name": "mine"]
        let scrape = Scrape([.gauge("g", attributes: attributes, scope: OTelScope("lib"))])
        #expect(scrape.samples == [#"g{a="1",b_c="2;3;4",otel_scope_name="mine;lib"} 1"#])
    }

    @Test("values of every type become text", .matrix(297))
    func values() {
        let attributes: OTelAttributes = [
            "a": true, "b": -5, "c": 1.5, "d": .double(.nan), "e": .double(-.infinity), "f": nil, "g": "",
            "h": .bytes([0, 255, 16, 1]), "i": [1, "x\"\u{1}", nil, .double(.infinity), .bytes([1])],
            "j": ["k": [true]],
        ]
        let scrape = Scrape([.gauge("m", attributes: attributes)])
        #expect(
            scrape.samples == [
                #"m{a="true",b="-5",c="1.5",d="NaN",e="-Infinity",f="",g="",h="AP8QAQ==","#
                    + #"i="[1,\"x\\\"\\u0001\",null,\"Infinity\",\"AQ==\"]",j="{\"k\":[true]}"} 1"#
            ]
        )
    }

    @Test("whatever a value holds, it stays between its quotes")
    func escapes() {
        let scrape = Scrape([.gauge("g", attributes: ["a": "x\\y\"z\n}\r\u{0}é"])])
        #expect(scrape.text.hasSuffix("g{a=\"x\\\\y\\\"z\\n}\r\u{FFFD}é\"} 1\n"))
    }

    @Test("a label that the type needs for itself is renamed")
    func reserved() {
        let point = MetricView.HistogramPoint(
            bucketCounts: [1, 0],
            bounds: [1],
            sum: 1,
            attributes: ["le": "mine"],
            time: .end
        )
        let scrape = Scrape([.histogram("h", point)])
        #expect(scrape.samples[0] == #"h_bucket{exported_le="mine",le="1"} 1"#)
        #expect(scrape.samples[3] == #"h_count{exported_le="mine"} 1"#)
    }

    @Test("attributes of the resource are a metric of their own", .matrix(300))
    func targetInfo() {
        let resource: OTelAttributes = ["service.name": "shop", "replicas": 3]
        let scrape = Scrape([.gauge()], resource: resource)
        #expect(
            scrape.lines == [
                "# HELP target_info Target metadata", "# TYPE target_info gauge",
                #"target_info{replicas="3",service_name="shop"} 1"#, "# TYPE g gauge", "g 1",
            ]
        )
        let open = Scrape([], ExpositionFormat(.openMetrics100), resource: resource)
        #expect(
            open.lines == [
                "# HELP target Target metadata", "# TYPE target info",
                #"target_info{replicas="3",service_name="shop"} 1"#, "# EOF",
            ]
        )
    }

    @Test("there is one such metric at most, and it can be left out", .matrix(300))
    func singleTargetInfo() {
        let resource: OTelAttributes = ["service.name": "shop"]
        let scrape = Scrape([.gauge("target.info", attributes: ["x": "y"])], resource: resource)
        #expect(scrape.samples == [#"target_info{service_name="shop"} 1"#])
        #expect(scrape.warnings.count == 1)
        #expect(Scrape([.gauge()], resource: resource) { $0.hasTargetInfo = false }.samples == ["g 1"])
        #expect(Scrape([.gauge()], resource: [:]).samples == ["g 1"])
    }

    @Test("attributes of the resource become labels if they are asked for; those of the series win")
    func resourceLabels() {
        let resource: OTelAttributes = ["service.name": "shop", "zone": "a", "host": "h"]
        let scrape = Scrape([.gauge("g", attributes: ["zone": "b"])], resource: resource) {
            $0.isResourceLabel = { $0 == "service.name" || $0 == "zone" }
        }
        #expect(
            scrape.samples == [
                #"target_info{host="h",service_name="shop",zone="a"} 1"#, #"g{service_name="shop",zone="b"} 1"#,
            ]
        )
    }
}
