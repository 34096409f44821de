import OTelAPI
import TestSupport
import Testing

@testable import ConsoleExporter

@Suite("Data on the console")
struct EscapingTests {
    static let escapes: [(text: String, shown: String)] = [
        ("a\nb", #"a\nb"#), ("a\rb", #"a\rb"#), ("a\tb", #"a\tb"#), ("a\0b", #"a\u0000b"#),
        ("\u{1b}[31mred", #"\u001b[31mred"#), ("\u{7}", #"\u0007"#), ("\u{7f}", #"\u007f"#),
        ("\u{85}", #"\u0085"#), ("\u{9b}2J", #"\u009b2J"#), ("\u{2028}", #"\u2028"#), ("\u{2029}", #"\u2029"#),
        ("\u{202e}evil", #"\u202eevil"#), ("\u{2066}x\u{2069}", #"\u2066x\u2069"#), ("tür 中 😀", "tür 中 😀"),
    ]

    @Test("controls become visible", arguments: Self.escapes)
    func table(text: String, shown: String) {
        var output = ConsoleText(isColored: false)
        output.append(data: text)
        #expect(String(decoding: output.bytes, as: UTF8.self) == shown)
    }

    @Test(
        "names, keys, values, bodies, scopes, events, links and statuses in every format",
        arguments: [ConsoleFormat.compact, .pretty, .json]
    )
    func everywhere(format: ConsoleFormat) {
        let evil = "x\u{1b}[2J\r\u{85}\u{2028}\u{202e}y"
        let key = OTelAttributeKey(evil)
        var attributes = OTelAttributes()
        attributes[key] = .array([.string(evil), .map(OTelAttributes([(key: evil, value: .string(evil))]))])
        attributes["plain"] = .string(evil)
        let scope = OTelScope(evil, version: evil, attributes: attributes)
        let text = Fixture.render(
            format,
            Fixture.Span(name: evil, attributes: attributes, traceState: evil, scope: scope).item,
            Fixture.Log(body: .string(evil), attributes: attributes, eventName: evil, scope: scope).item,
            Fixture.Log(
                severityText: evil,
                body: .map(attributes),
                attributes: [
                    "exception.type": .string(evil), "exception.message": .string(evil),
                    "exception.stacktrace": .string(evil),
                ]
            ).item,
            Fixture.Span(
                name: evil,
                end: 10,
                attributes: attributes,
                events: [(1, evil, attributes), (2, "exception", ["exception.message": .string(evil)])],
                links: [OTelLink(.invalid, attributes: attributes)],
                status: .error(evil),
                scope: scope
            ).item
        )
        for line in text.split(separator: "\n") { #expect(!HostileText.hasControls(line)) }
        if format != .pretty { #expect(text.split(separator: "\n").count == 4) }
    }

    @Test("a forged line stays inside the line it came in", arguments: [ConsoleFormat.compact, .json])
    func forgedLine(format: ConsoleFormat) {
        let forged = "ok\n09:41:00.123 ERROR  -        -        payment forged"
        let text = Fixture.render(format, Fixture.Log(body: .string(forged)).item)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
    }

    @Test("in pretty, further lines of a message never reach the columns of an item")
    func forgedPrettyLine() {
        let forged = "ok\n09:41:00.123 ERROR  4bf92f35 forged"
        let lines = Fixture.render(.pretty, Fixture.Log(body: .string(forged)).item).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[1].hasPrefix(String(repeating: " ", count: 31) + "09:41"))
    }

    @Test("random hostile text", arguments: [ConsoleFormat.compact, .pretty, .json])
    func fuzz(format: ConsoleFormat) {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            let texts = (0..<6).map { _ in HostileText.random(using: &random) }
            let attributes = OTelAttributes([(key: "k" + texts[0], value: .string(texts[1]))])
            let text = Fixture.render(
                format,
                Fixture.Log(body: .string(texts[2]), attributes: attributes, eventName: texts[3]).item,
                Fixture.Span(name: texts[4], end: 5, attributes: attributes, status: .error(texts[5])).item
            )
            #expect(text.hasSuffix("\n"))
            for line in text.split(separator: "\n") { #expect(!HostileText.hasControls(line)) }
            if format != .pretty { #expect(text.utf8.count(where: { $0 == 0x0a }) == 2) }
        }
    }
}
