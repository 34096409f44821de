import Testing

@testable import PrometheusExporter

@Suite("Content negotiation")
struct AcceptHeaderTests {
    private static let text004 = "text/plain; version=0.0.4; charset=utf-8"
    private static let text100 = "text/plain; version=1.0.0; charset=utf-8; escaping="
    private static let open001 = "application/openmetrics-text; version=0.0.1; charset=utf-8"
    private static let open100 = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping="

    private static let preferences: [(accept: String, expected: String)] = [
        ("text/plain", text004),
        ("text/plain;version=0.0.4", text004),
        ("text/plain; version=1.0.0", "\(text100)underscores"),
        ("text/plain;version=1.0.0;escaping=allow-utf-8", "\(text100)allow-utf-8"),
        ("text/plain;version=1.0.0;escaping=allow-utf8", "\(text100)allow-utf-8"),
        ("text/plain;version=1.0.0;escaping=dots", "\(text100)dots"),
        ("text/plain;version=1.0.0;escaping=values", "\(text100)values"),
        ("text/plain;version=1.0.0;escaping=x", "\(text100)underscores"),
        ("application/openmetrics-text", open001),
        ("application/openmetrics-text;version=0.0.1;escaping=dots", open001),
        ("application/openmetrics-text; version=1.0.0", "\(open100)underscores"),
        ("*/*", text004), ("text/*", text004),
        ("TEXT/PLAIN;Version=\"1.0.0\"", "\(text100)underscores"),
        // Prometheus 2 and 3, and with protobuf first.
        (
            """
            application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
            text/plain;version=0.0.4;q=0.5,*/*;q=0.1
            """,
            "\(open100)underscores"
        ),
        (
            """
            application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
            application/openmetrics-text;version=0.0.1;q=0.5,\
            text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2
            """,
            "\(open100)allow-utf-8"
        ),
        (
            """
            application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,\
            text/plain;version=0.0.4;q=0.3
            """,
            text004
        ),
        (
            "text/plain;version=0.0.4;q=0.3,application/openmetrics-text;version=0.0.1;q=0.4",
            open001
        ),
        // Equal ones: the first.
        ("application/openmetrics-text,text/plain", open001),
        ("text/plain,application/openmetrics-text", text004),
        // A browser.
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", text004),
    ]

    @Test(
        "the format that the client prefers is chosen",
        arguments: Self.preferences
    )
    func preferred(accept: String, expected: String) {
        #expect(ExpositionFormat(accept: accept).contentType == expected)
    }

    @Test(
        "what is malformed, unknown or refused does not count",
        arguments: [
            nil, "", ",", ";", ",,;;,", "application/openmetrics-text;q=0", "application/openmetrics-text;q=0.000",
            "application/openmetrics-text;q=2", "application/openmetrics-text;q=-1",
            "application/openmetrics-text;q=nan", "application/openmetrics-text;q=1e0",
            "application/openmetrics-text;q=", "application/openmetrics-text;q", "application/openmetrics-text;version",
            "application/openmetrics-text;q=0.1.2", "application/openmetrics-text;version=7",
            "application/openmetrics-text;q=" + String(repeating: "0", count: 1000) + "1",
            "openmetrics-text", "application / openmetrics-text", "text/plain;version=2.0.0", "q=1", "é/ü",
            String(repeating: "x/y,", count: 10_000) + "application/openmetrics-text",
        ]
    )
    func malformed(accept: String?) {
        #expect(ExpositionFormat(accept: accept).contentType == Self.text004)
    }

    @Test("a malformed range leaves the others alone")
    func partlyMalformed() {
        let format = ExpositionFormat(accept: "text/plain;q=high, ;;, application/openmetrics-text;version=1.0.0;q=.5")
        #expect(format.contentType == Self.open100 + "underscores")
    }
}
