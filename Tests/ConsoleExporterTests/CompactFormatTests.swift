import OTelAPI
import Testing

@testable import ConsoleExporter

@Suite("Compact console")
struct CompactFormatTests {
    @Test("one line an item, in columns")
    func golden() {
        let expected = #"""
            09:41:00.118 INFO   -        -        app listening on 0.0.0.0:8080  workers=8
            09:41:00.123 ▶      4bf92f35 00f067aa payment POST /orders (server)  url.path=/orders user.id=u1 items=[1,2,3]
            09:41:00.124 DEBUG  4bf92f35 00f067aa payment cart loaded  sku=abc note="two words"
            09:41:00.125 ▶      4bf92f35 b7ad6b71 payment charge card (client)  amount=12.34
            09:41:00.125 ▶      0af76519 11112222 http    GET /health (server)
            09:41:00.125 ■      0af76519 11112222 http    GET /health (server) 200µs OK  http.response.status_code=200
            09:41:00.126 ▶      4bf92f35 c0ffee00 postgres SELECT cards (client)
            09:41:00.127 ■      4bf92f35 c0ffee00 postgres SELECT cards (client) 1.00ms  db.rows=1
            09:41:00.128 WARN   4bf92f35 b7ad6b71 payment  slow answer:\n  retrying  attempt=2
            09:41:00.131 ERROR  4bf92f35 b7ad6b71 payment  charge failed  exception.type=Shop.Refused exception.message="too late" exception.stacktrace="at charge() Card.swift:12\nat pay() Shop.swift:40" order=o-17
            09:41:00.132 ■      4bf92f35 b7ad6b71 payment  charge card (client) 7.00ms ERROR "too late"  amount=12.34 retries=1 (2 events)
            09:41:00.133 INFO   4bf92f35 00f067aa payment  order.unpaid: will be asked again
            09:41:00.135 ■      4bf92f35 00f067aa payment  POST /orders (server) 12.0ms ERROR unpaid  url.path=/orders http.response.status_code=402 (1 link)

            """#
        #expect(Fixture.render(.compact, Story.items) == expected)
    }

    @Test(
        "every severity keeps the columns",
        arguments: [
            (severity: OTelSeverity.unspecified, column: "-     "),
            (severity: .trace, column: "TRACE "),
            (severity: .info, column: "INFO  "),
            (severity: OTelSeverity(rawValue: 2) ?? .fatal, column: "TRACE2"),
            (severity: OTelSeverity(rawValue: 24) ?? .trace, column: "FATAL4"),
        ]
    )
    func severity(severity: OTelSeverity, column: String) {
        let line = Fixture.render(.compact, Fixture.Log(severity: severity, body: "hello").item)
        #expect(line == "09:41:00.123 \(column) -        -        payment hello\n")
    }

    @Test(
        "a level's own name is shown when it says more than the severity",
        arguments: [
            (text: "notice", shown: "  severity_text=notice"), (text: "info", shown: ""), (text: "", shown: ""),
        ]
    )
    func severityText(text: String, shown: String) {
        let line = Fixture.render(.compact, Fixture.Log(severityText: text, body: "hello").item)
        #expect(line.hasSuffix("payment hello\(shown)\n"))
    }

    @Test(
        "values are quoted when they could be mistaken for something else",
        arguments: [
            (value: OTelValue.string("plain"), shown: "k=plain"),
            (value: .string(""), shown: #"k="""#),
            (value: .string("a b"), shown: #"k="a b""#),
            (value: .string("a=b"), shown: #"k="a=b""#),
            (value: .string(#"say "hi""#), shown: #"k="say \"hi\"""#),
            (value: .string(#"C:\dir"#), shown: #"k="C:\\dir""#),
            (value: .string("a\nb"), shown: #"k="a\nb""#),
            (value: .string("no\u{a0}break"), shown: "k=\"no\u{a0}break\""),
            (value: .string("größe"), shown: "k=größe"),
            (value: .bool(true), shown: "k=true"),
            (value: .int(-7), shown: "k=-7"),
            (value: .double(0.5), shown: "k=0.5"),
            (value: .double(.nan), shown: "k=NaN"),
            (value: .bytes([1, 2, 3]), shown: "k=AQID"),
            (value: .array(["a b", 1]), shown: #"k=["a b",1]"#),
            (value: .map(["x": 1]), shown: #"k={"x":1}"#),
            (value: .empty, shown: "k=null"),
        ]
    )
    func quoting(value: OTelValue, shown: String) {
        let line = Fixture.render(.compact, Fixture.Log(body: "m", attributes: ["k": value]).item)
        #expect(line.hasSuffix(" m  \(shown)\n"))
    }

    @Test("long values and messages are cut, and the line says how much is missing")
    func cutting() {
        let value = String(repeating: "é", count: 300)
        let message = String(repeating: "m", count: 5000)
        let line = Fixture.render(.compact, Fixture.Log(body: .string(message), attributes: ["k": .string(value)]).item)
        let shownValue = String(repeating: "é", count: 256)
        let shownMessage = String(repeating: "m", count: 2048)
        #expect(line.hasSuffix(" payment \(shownMessage)…(+2952)  k=\(shownValue)…(+44)\n"))
    }

    @Test("a value of exactly the limit is whole", arguments: [256, 257])
    func limit(count: Int) {
        let value = String(repeating: "v", count: count)
        let line = Fixture.render(.compact, Fixture.Log(body: "m", attributes: ["k": .string(value)]).item)
        #expect(line.contains("…") == (count > 256))
    }

    @Test("what was dropped beyond limits is counted on the line")
    func drops() {
        let line = Fixture.render(.compact, Fixture.Span(end: 1000, drops: 3).item)
        #expect(line.hasSuffix("checkout 1.00µs  otel.dropped_attributes_count=3\n"))
    }

    @Test("a record that knows only when it was observed shows that time")
    func observedTime() {
        let line = Fixture.render(.compact, Fixture.Log(at: nil, observed: 2_000_000, body: "m").item)
        #expect(line.hasPrefix("09:41:00.125 "))
    }

    @Test("an event without a body is shown by its name")
    func event() {
        let line = Fixture.render(.compact, Fixture.Log(eventName: "order.paid").item)
        #expect(line.hasSuffix(" payment order.paid\n"))
    }

    @Test("a body that is not text is shown as JSON")
    func structuredBody() {
        let line = Fixture.render(.compact, Fixture.Log(body: ["a": 1, "b": [true]]).item)
        #expect(line.hasSuffix(#" payment {"a":1,"b":[true]}"# + "\n"))
    }
}
