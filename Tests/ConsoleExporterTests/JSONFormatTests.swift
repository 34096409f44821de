import Foundation
import OTelAPI
import TestSupport
import Testing

@testable import ConsoleExporter

@Suite("JSON console")
struct JSONFormatTests {
    /// Every line as a JSON parser of somebody else reads it.
    static func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(object as? [String: Any])
        }
    }

    @Test("a log record, whole")
    func log() {
        let log = Fixture.Log(
            observed: 1_000,
            severity: .warn,
            severityText: "careful",
            body: "disk \"full\"",
            attributes: ["free": 0, "part": "/", "ok": false, "load": 1.0],
            trace: Fixture.trace,
            span: Fixture.span
        )
        let expected =
            #"{"kind":"log","time":"2026-03-01T09:41:00.123456789Z","observed_time":"2026-03-01T09:41:00.123457789Z","#
            + #""severity":"WARN","severity_number":13,"severity_text":"careful","message":"disk \"full\"","#
            + #""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","trace_flags":"01","#
            + #""attributes":{"free":0,"part":"/","ok":false,"load":1.0},"scope":{"name":"payment"},"#
            + #""resource":{"service.name":"shop","service.version":"2.1"}}"# + "\n"
        #expect(Fixture.render(.json, log.item) == expected)
    }

    @Test("a span's end, whole")
    func spanEnd() {
        let span = Fixture.Span(
            parent: Fixture.child,
            kind: .client,
            end: 2_310_045,
            attributes: ["a": 1],
            events: [(1000, "retry", ["n": 2])],
            links: [OTelLink(OTelSpanContext(traceID: Fixture.otherTrace, spanID: Fixture.child))],
            status: .error("no"),
            traceState: "v=1",
            drops: 4
        )
        let expected =
            #"{"kind":"span_end","time":"2026-03-01T09:41:00.125766834Z","name":"checkout","#
            + #""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","#
            + #""parent_span_id":"b7ad6b7169203331","trace_flags":"01","trace_state":"v=1","span_kind":"client","#
            + #""start_time":"2026-03-01T09:41:00.123456789Z","duration_ms":2.310045,"#
            + #""status":"ERROR","status_message":"no","attributes":{"a":1},"#
            + #""events":[{"time":"2026-03-01T09:41:00.123457789Z","name":"retry","attributes":{"n":2}}],"#
            + #""links":[{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","trace_flags":"00"}],"#
            + #""dropped_attributes_count":4,"scope":{"name":"payment","version":"1.0"},"#
            + #""resource":{"service.name":"shop","service.version":"2.1"}}"# + "\n"
        #expect(Fixture.render(.json, span.item) == expected)
    }

    @Test("every line is an object whose keys keep to one order")
    func keyOrder() throws {
        let order = [
            "kind", "time", "observed_time", "severity", "severity_number", "severity_text", "name", "message", "body",
            "event_name", "trace_id", "span_id", "parent_span_id", "trace_flags", "trace_state", "span_kind",
            "start_time", "duration_ms", "status", "status_message", "metric", "attributes", "events", "links",
            "dropped_attributes_count", "dropped_events_count", "dropped_links_count", "scope", "resource",
        ]
        let text = Fixture.render(.json, Story.items) + Fixture.renderMetrics(.json)
        for (line, object) in zip(text.split(separator: "\n"), try Self.objects(text)) {
            #expect(Set(object.keys).isSubset(of: order))
            // Later occurrences stand inside nested objects; the first one of a top-level key is its own.
            let places = order.filter { object[$0] != nil }.compactMap { line.range(of: "\"\($0)\":")?.lowerBound }
            #expect(places == places.sorted())
        }
        #expect(try Self.objects(text).count == Story.items.count + 3)
    }

    @Test("a span that begins has no end, duration or status")
    func spanStart() throws {
        let object = try #require(try Self.objects(Fixture.render(.json, Fixture.Span().item)).first)
        #expect(object["kind"] as? String == "span_start")
        #expect(object["duration_ms"] == nil && object["status"] == nil && object["start_time"] == nil)
        #expect(object["parent_span_id"] == nil)
    }

    @Test("a record outside of a span has no ids, and one without severity or body has neither")
    func absent() throws {
        let object = try #require(
            try Self.objects(Fixture.render(.json, Fixture.Log(severity: .unspecified).item)).first
        )
        #expect(Set(object.keys) == ["kind", "time", "scope", "resource"])
    }

    @Test(
        "attributes keep their types",
        arguments: [
            (value: OTelValue.string("a"), json: #""a""#),
            (value: .bool(true), json: "true"),
            (value: .int(Int64.max), json: "9223372036854775807"),
            (value: .int(Int64.min), json: "-9223372036854775808"),
            (value: .double(1), json: "1.0"),
            (value: .double(1e300), json: "1e+300"),
            (value: .double(.leastNonzeroMagnitude), json: "5e-324"),
            (value: .double(-0.0), json: "-0.0"),
            (value: .double(.nan), json: #""NaN""#),
            (value: .double(-.infinity), json: #""-Infinity""#),
            (value: .bytes([0xff, 0]), json: #""/wA=""#),
            (value: .empty, json: "null"),
            (value: .array([]), json: "[]"),
            (value: .array([1, [2, nil], "x"]), json: #"[1,[2,null],"x"]"#),
            (value: .map([:]), json: "{}"),
            (value: .map(["a": [:], "b": [1]]), json: #"{"a":{},"b":[1]}"#),
        ]
    )
    func types(value: OTelValue, json: String) throws {
        let text = Fixture.render(.json, Fixture.Log(attributes: ["k": value]).item)
        #expect(text.contains(#""attributes":{"k":\#(json)},"#))
        #expect(try Self.objects(text).count == 1)
    }

    @Test("a body that is not text is text in message and typed in body")
    func structuredBody() throws {
        let text = Fixture.render(.json, Fixture.Log(body: ["n": 1]).item)
        let object = try #require(try Self.objects(text).first)
        #expect(object["message"] as? String == #"{"n":1}"#)
        #expect(object["body"] as? [String: Int] == ["n": 1])
    }

    @Test("nothing is cut")
    func whole() throws {
        let long = String(repeating: "long \u{1f600}\n", count: 100_000)
        let log = Fixture.Log(body: .string(long), attributes: ["k": .string(long)])
        let object = try #require(try Self.objects(Fixture.render(.json, log.item)).first)
        #expect(object["message"] as? String == long)
        #expect((object["attributes"] as? [String: Any])?["k"] as? String == long)
    }

    @Test("any text comes out of a parser as it went in")
    func fuzz() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            let texts = (0..<5).map { _ in HostileText.random(using: &random) }
            let span = Fixture.Span(
                name: texts[0],
                end: 1,
                attributes: OTelAttributes([(key: "k" + texts[1], value: .array([.string(texts[2])]))]),
                events: [(0, texts[3], [:])],
                status: .error("s" + texts[4])
            )
            let object = try #require(try Self.objects(Fixture.render(.json, span.item)).first)
            #expect(object["name"] as? String == texts[0])
            #expect(object["status_message"] as? String == "s" + texts[4])
            let attributes = try #require(object["attributes"] as? [String: [String]])
            #expect(attributes.keys.first == "k" + texts[1])
            #expect(attributes.values.first == [texts[2]])
        }
    }
}
