import Testing

@testable import PrometheusExporter

@Suite("Escaping schemes")
struct EscapingSchemeTests {
    @Test(
        "names become what Prometheus's documents say",
        arguments: [
            (EscapingScheme.underscores, "metric.name/with/slashes", "metric_name_with_slashes"),
            (.underscores, "a..b", "a__b"), (.underscores, "1a", "_a"), (.underscores, "", "_"),
            (.underscores, "a_b:c", "a_b:c"),
            (.dots, "metric.name.with.dots", "metric_dot_name_dot_with_dot_dots"), (.dots, "a_b", "a__b"),
            (.dots, "a b", "a_b"),
            (.values, "metric.name", "U__metric_2E_name"), (.values, "a_b", "a_b"), (.values, "a_b.c", "U__a__b_2E_c"),
            (.values, "é", "U___E9_"), (.values, "1a", "U__1a"),
            (.allowUTF8, "é.x", "é.x"),
        ]
    )
    func escape(scheme: EscapingScheme, name: String, expected: String) {
        #expect(scheme.escape(name, .metric) == expected)
    }

    @Test("a colon is for metrics only")
    func colon() {
        #expect(EscapingScheme.underscores.escape("a:b", .label) == "a_b")
        #expect(EscapingScheme.values.escape("a:b", .label) == "U__a_3A_b")
    }

    @Test("both names of the scheme without escaping are known")
    func parameters() {
        #expect(EscapingScheme(parameter: "allow-utf8") == .allowUTF8)
        #expect(EscapingScheme(parameter: "allow-utf-8") == .allowUTF8)
        #expect(EscapingScheme(parameter: "dots") == .dots)
        #expect(EscapingScheme(parameter: "DOTS") == nil)
    }
}
