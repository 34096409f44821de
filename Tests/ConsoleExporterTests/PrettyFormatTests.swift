import OTelAPI
import Testing

@testable import ConsoleExporter

@Suite("Pretty console")
struct PrettyFormatTests {
    @Test("spans form a tree, with what happened inside them at its place")
    func golden() {
        let expected = #"""
            09:41:00.118 INFO            app: listening on 0.0.0.0:8080  workers=8
            09:41:00.123        4bf92f35 ▶ payment: POST /orders (server)  url.path=/orders user.id=u1 items=[1,2,3]
                                         │   trace_id=4bf92f3577b34da6a3ce929d0e0e4736
            09:41:00.124 DEBUG  4bf92f35 │ payment: cart loaded  sku=abc note="two words"
            09:41:00.125        4bf92f35 │ ▶ payment: charge card (client)  amount=12.34
            09:41:00.125        0af76519 ▶ http: GET /health (server)  trace_id=0af7651916cd43dd8448eb211c80319c
            09:41:00.125        0af76519 ■ GET /health 200µs OK  http.response.status_code=200
            09:41:00.126        4bf92f35 │ │ ▶ postgres: SELECT cards (client)
            09:41:00.127        4bf92f35 │ │ ■ SELECT cards 1.00ms  db.rows=1
            09:41:00.128 WARN   4bf92f35 │ │ payment: slow answer:
                                         │ │     retrying  attempt=2
            09:41:00.131 ERROR  4bf92f35 │ │ payment: charge failed  order=o-17
                                         │ │   ✗ Shop.Refused: too late
                                         │ │     at charge() Card.swift:12
                                         │ │     at pay() Shop.swift:40
            09:41:00.132 ERROR  4bf92f35 │ ■ charge card 7.00ms  retries=1
                                         │   · +3.00ms retry  attempt=2
                                         │   ✗ +6.00ms Shop.Refused: too late
            09:41:00.133 INFO   4bf92f35 │ payment: order.unpaid will be asked again
            09:41:00.135 ERROR  4bf92f35 ■ POST /orders 12.0ms unpaid  http.response.status_code=402
                                           ↗ trace_id=0af7651916cd43dd8448eb211c80319c span_id=1111222233334444

            """#
        #expect(Fixture.render(.pretty, Story.items) == expected)
    }

    @Test("colours: severities, ids, durations and errors, and none left switched on at the end of a line")
    func colors() {
        let lines = Fixture.render(.pretty, colors: .always, Story.items).split(separator: "\n")
        #expect(lines[0].contains("\u{1b}[32mINFO\u{1b}[0m"))
        #expect(lines[0].contains("\u{1b}[2mworkers=\u{1b}[0m8"))
        #expect(lines[9].contains("\u{1b}[33mWARN\u{1b}[0m"))
        #expect(lines[12].contains("\u{1b}[1;31mShop.Refused\u{1b}[0m"))
        for line in lines {
            let parts = line.split(separator: "\u{1b}[", omittingEmptySubsequences: false).dropFirst()
            #expect(parts.count.isMultiple(of: 2))
            #expect(parts.isEmpty || parts.last?.hasPrefix("0m") == true)
        }
    }

    @Test("colours change nothing but colours")
    func colorsOnly() {
        var plain = Fixture.render(.pretty, colors: .always, Story.items)
        plain.replace(#/\u{1b}\[[0-9;]+m/#, with: "")
        #expect(plain == Fixture.render(.pretty, Story.items))
    }

    @Test("two traces that run at once differ in colour")
    func traceColors() {
        let lines = Fixture.render(.pretty, colors: .always, Story.items).split(separator: "\n")
        #expect(lines[4].contains("m4bf92f35") && lines[5].contains("m0af76519"))
        #expect(lines[4].prefix(40) != lines[5].prefix(40))
    }

    @Test("attributes that find no room go to lines of their own")
    func wrapping() {
        let attributes = OTelAttributes((0..<10).map { (key: "attribute.number.\($0)", value: .int($0)) })
        let lines = Fixture.render(.pretty, Fixture.Log(body: "m", attributes: attributes).item).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.count <= 120 })
        #expect(lines[1].hasPrefix(String(repeating: " ", count: 31) + "attribute.number."))
    }

    @Test("a span whose beginning was not shown introduces itself at its end")
    func endOnly() {
        let span = Fixture.Span(kind: .server, end: 2_500_000, attributes: ["a": 1])
        let trace = "trace_id=4bf92f3577b34da6a3ce929d0e0e4736"
        #expect(
            Fixture.render(.pretty, span.item)
                == "09:41:00.125        4bf92f35 ■ payment: checkout (server) 2.50ms  a=1  \(trace)\n"
        )
    }

    @Test("the message of a status stands beside the exception that says something else")
    func statusAndException() {
        let span = Fixture.Span(
            end: 1000,
            events: [(500, "exception", ["exception.type": "E", "exception.message": "cause"])],
            status: .error("gave up")
        )
        let text = Fixture.render(.pretty, span.item)
        #expect(text.contains("checkout 1.00µs gave up"))
        #expect(text.contains("✗ +500ns E: cause\n"))
    }

    @Test("long messages and stacks end after 40 lines and say so")
    func manyLines() {
        let body = (1...100).map { "line \($0)" }.joined(separator: "\n")
        let lines = Fixture.render(.pretty, Fixture.Log(body: .string(body)).item).split(separator: "\n")
        #expect(lines.count == 41)
        #expect(lines.last?.hasSuffix("…(+60 lines)") == true)
    }

    @Test(
        "line ends",
        arguments: [
            (text: "a\nb", shown: ["a", "b"]), (text: "a\r\nb", shown: ["a", "b"]), (text: "a\n", shown: ["a"]),
            (text: "a\rb", shown: ["a\rb"]), (text: "", shown: [""]), (text: "\n\nb", shown: ["", "", "b"]),
        ]
    )
    func lineEnds(text: String, shown: [String]) {
        #expect(Lines(text).shown.map(String.init) == shown)
        #expect(Lines(text).missing == 0)
    }
}

@Suite("Live spans of the pretty console")
struct LiveSpansTests {
    private func key(_ number: Int) -> LiveSpans.Key {
        LiveSpans.Key(trace: Fixture.trace, span: OTelSpanID(UInt64(number)))
    }

    @Test("depth follows parents")
    func depth() {
        var live = LiveSpans()
        #expect(live.begin(self.key(1), parent: nil, showing: [:]) == 0)
        #expect(live.begin(self.key(2), parent: OTelSpanID(1), showing: [:]) == 1)
        #expect(live.begin(self.key(3), parent: OTelSpanID(2), showing: [:]) == 2)
        #expect(live.begin(self.key(4), parent: OTelSpanID(99), showing: [:]) == 0)
        #expect(live.depth(inside: self.key(3)) == 3)
        #expect(live.end(self.key(2), parent: OTelSpanID(1), [:]).depth == 1)
        #expect(live.end(self.key(3), parent: OTelSpanID(2), [:]).depth == 2)
        #expect(live.count == 2)
    }

    @Test("spans that never end are forgotten, the oldest first")
    func bound() {
        var live = LiveSpans(capacity: 100)
        for number in 1...10_000 { _ = live.begin(self.key(number), parent: nil, showing: [:]) }
        #expect(live.count == 100)
        #expect(live.depth(inside: self.key(9_900)) == 0)
        #expect(live.depth(inside: self.key(9_901)) == 1)
    }

    @Test("a span that lives long is remembered while short ones come and go")
    func longLived() {
        var live = LiveSpans(capacity: 100)
        _ = live.begin(self.key(1), parent: nil, showing: [:])
        for number in 2...10_000 {
            _ = live.begin(self.key(number), parent: OTelSpanID(1), showing: [:])
            #expect(live.end(self.key(number), parent: OTelSpanID(1), [:]).depth == 1)
        }
        #expect(live.count == 1)
    }

    @Test("an end shows attributes that are new or have changed")
    func news() {
        var live = LiveSpans()
        _ = live.begin(self.key(1), parent: nil, showing: ["a": 1, "b": 2])
        let news = live.end(self.key(1), parent: nil, ["a": 1, "b": 3, "c": 4]).news
        #expect(news.map(\.key) == ["b", "c"])
    }
}
