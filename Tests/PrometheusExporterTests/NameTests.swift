import TestSupport
import Testing

@testable import PrometheusExporter

@Suite("Names of metrics")
struct NameTests {
    private static let sanitizing = PrometheusTranslation.underscoreEscapingWithSuffixes

    @Test(
        "characters that Prometheus does not know become one underscore",
        .matrix(280),
        arguments: [
            (name: "http.server.requests", expected: "http_server_requests"),
            (name: "a--b..c/d e", expected: "a_b_c_d_e"),
            (name: "a___b", expected: "a_b"),
            (name: "rpc:calls", expected: "rpc:calls"),
            (name: "4xx", expected: "_4xx"),
            (name: "größe", expected: "gr_e"),
            (name: "温度", expected: "_"),
            (name: "_private_", expected: "_private_"),
        ]
    )
    func sanitizing(name: String, expected: String) {
        #expect(Self.sanitizing.metric(name, unit: "", type: .gauge).name == expected)
        #expect(NameRules.metric.isValid(expected))
    }

    private static let unitNames: [(unit: String, expected: String)] = [
        ("s", "x_seconds"), ("ms", "x_milliseconds"),
        ("us", "x_microseconds"), ("ns", "x_nanoseconds"),
        ("min", "x_minutes"), ("h", "x_hours"), ("d", "x_days"),
        ("By", "x_bytes"), ("KiBy", "x_kibibytes"),
        ("MiBy", "x_mebibytes"), ("GiBy", "x_gibibytes"),
        ("TiBy", "x_tebibytes"), ("kBy", "x_kilobytes"),
        ("MBy", "x_megabytes"), ("GBy", "x_gigabytes"),
        ("TBy", "x_terabytes"), ("m", "x_meters"),
        ("V", "x_volts"), ("A", "x_amperes"), ("J", "x_joules"),
        ("W", "x_watts"), ("g", "x_grams"), ("Cel", "x_celsius"),
        ("Hz", "x_hertz"), ("%", "x_percent"), ("1", "x_ratio"),
        ("m/s", "x_meters_per_second"), ("By/min", "x_bytes_per_minute"),
        ("{request}/s", "x_per_second"), ("1/s", "x_per_second"),
        ("{packet}", "x"), ("{a}{b}", "x"), ("By{read}", "x_bytes"),
        ("s/{item}", "x_seconds"), ("CNY", "x_CNY"),
        ("°C", "x_C"), ("/", "x"), ("}{", "x"),
        ("a b-c", "x_ab_c"), ("", "x"),
    ]

    @Test(
        "the unit in words follows the name",
        .matrix(282, 283),
        arguments: Self.unitNames
    )
    func units(unit: String, expected: String) {
        #expect(Self.sanitizing.metric("x", unit: unit, type: .gauge).name == expected)
    }

    @Test(
        "a suffix that is there already is not added again",
        .matrix(282, 291),
        arguments: [
            (name: "x.seconds", unit: "s", type: FamilyType.gauge, expected: "x_seconds"),
            (name: "seconds", unit: "s", type: .gauge, expected: "seconds"),
            (name: "milliseconds", unit: "s", type: .gauge, expected: "milliseconds_seconds"),
            (name: "x.total", unit: "", type: .counter, expected: "x_total"),
            (name: "x_total", unit: "s", type: .counter, expected: "x_seconds_total"),
            (name: "x_seconds_total", unit: "s", type: .counter, expected: "x_seconds_total"),
            (name: "total", unit: "", type: .counter, expected: "total_total"),
            (name: "subtotal", unit: "", type: .counter, expected: "subtotal_total"),
            (name: "x_total", unit: "", type: .gauge, expected: "x_total"),
            (name: "x_", unit: "By", type: .counter, expected: "x_bytes_total"),
            (name: "x", unit: "1", type: .counter, expected: "x_total"),
            (name: "x", unit: "1", type: .histogram, expected: "x"),
            (name: "x", unit: "s", type: .histogram, expected: "x_seconds"),
        ]
    )
    func suffixes(name: String, unit: String, type: FamilyType, expected: String) {
        #expect(Self.sanitizing.metric(name, unit: unit, type: type).name == expected)
    }

    @Test(
        "each strategy gives the name that the specification shows",
        .matrix(292),
        arguments: [
            (PrometheusTranslation.underscoreEscapingWithSuffixes, "foo_bar_bytes_total"),
            (.underscoreEscapingWithoutSuffixes, "foo_bar"),
            (.noUTF8EscapingWithSuffixes, "foo.bar_bytes_total"),
            (.noTranslation, "foo.bar"),
        ]
    )
    func strategies(strategy: PrometheusTranslation, expected: String) {
        #expect(strategy.metric("foo.bar", unit: "By", type: .counter).name == expected)
        #expect("\(PrometheusTranslation.noTranslation)" == "NoTranslation")
    }

    @Test(
        "characters that Prometheus does not know in labels become one underscore",
        .matrix(297),
        arguments: [
            (key: "http.method", expected: "http_method"), (key: "a:b", expected: "a_b"),
            (key: "1st", expected: "_1st"), (key: "__name__", expected: "_name_"), (key: "ключ", expected: "_"),
            (key: "ok", expected: "ok"),
        ]
    )
    func labels(key: String, expected: String) {
        #expect(Self.sanitizing.label(key) == expected)
    }

    @Test("without translation labels stay, but for what is Prometheus's own")
    func untranslatedLabels() {
        #expect(PrometheusTranslation.noTranslation.label("http.method") == "http.method")
        #expect(PrometheusTranslation.noTranslation.label("__name__") == "_name_")
    }
}
