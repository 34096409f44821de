import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Span limits")
struct SpanLimitsTests {
    @Test(
        "attributes beyond the limit are dropped and counted",
        .matrix(34, 58),
        arguments: [
            (limit: 128, offered: 128, kept: 128), (limit: 128, offered: 129, kept: 128),
            (limit: 128, offered: 1000, kept: 128), (limit: 0, offered: 3, kept: 0), (limit: 1, offered: 3, kept: 1),
            (limit: 200, offered: 250, kept: 200),
        ]
    )
    func attributes(limit: Int, offered: Int, kept: Int) throws {
        let recording = try RecordingTelemetry { $0.spanLimits.attributes = limit }
        let span = recording.record { span in
            for index in 0..<offered { span.setAttribute("key.\(index)", .int(index)) }
        }
        #expect(span?.attributes.count == kept)
        #expect(span?.droppedAttributeCount == offered - kept)
        #expect((0..<kept).allSatisfy { span?.attributes[named: "key.\($0)"] == .int($0) })
    }

    @Test("overwriting a key at the limit is not an addition", arguments: [1, 128, 150])
    func overwriteAtLimit(limit: Int) throws {
        let recording = try RecordingTelemetry { $0.spanLimits.attributes = limit }
        let span = recording.record { span in
            for index in 0..<limit { span.setAttribute("key.\(index)", "old") }
            for index in 0..<limit { span.setAttribute("key.\(index)", "new") }
            span.setAttribute("one more", 1)
        }
        #expect(span?.attributes.count == limit)
        #expect(span?.attributes.allSatisfy { $0.value == "new" } == true)
        #expect(span?.droppedAttributeCount == 1)
    }

    @Test("the defaults are those of the specification")
    func defaults() {
        let limits = SpanLimits()
        #expect(limits.attributes == 128)
        #expect(limits.attributeValueLength == nil)
        #expect(limits.attributeValueDepth == 64)
        #expect(limits.events == 128)
        #expect(limits.links == 128)
        #expect(limits.attributesPerEvent == 128)
        #expect(limits.attributesPerLink == 128)
    }

    @Test("events beyond the limit are dropped and counted", .matrix(33), arguments: [0, 1, 128])
    func events(limit: Int) throws {
        let recording = try RecordingTelemetry { $0.spanLimits.events = limit }
        let span = recording.record { span in
            for index in 0..<limit + 5 { span.addEvent("event.\(index)") }
        }
        #expect(span?.events.map(\.name) == (0..<limit).map { "event.\($0)" })
        #expect(span?.droppedEventCount == 5)
    }

    @Test("links beyond the limit are dropped and counted", .matrix(35), arguments: [0, 1, 128])
    func links(limit: Int) throws {
        let recording = try RecordingTelemetry { $0.spanLimits.links = limit }
        let link = OTelLink(OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1)))
        let span = recording.tracer.startSpan("x", links: Array(repeating: link, count: limit + 2))
        span.addLink(link.context)
        span.end()
        let exported = try #require(recording.spans.first)
        #expect(exported.links.count == limit)
        #expect(exported.droppedLinkCount == 3)
    }

    @Test("attributes of an event and of a link have limits of their own", .matrix(60))
    func nestedAttributes() throws {
        let recording = try RecordingTelemetry {
            $0.spanLimits.attributesPerEvent = 2
            $0.spanLimits.attributesPerLink = 1
        }
        let context = OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1))
        let span = recording.record {
            $0.addEvent("e", ["a": 1, "b": 2, "c": 3, "d": 4])
            $0.addLink(context, ["a": 1, "b": 2, "c": 3])
        }
        #expect(span?.events.first?.attributes == ["a": 1, "b": 2])
        #expect(span?.events.first?.droppedAttributeCount == 2)
        #expect(span?.links.first?.attributes == ["a": 1])
        #expect(span?.attributes.isEmpty == true)
    }

    @Test("strings are cut by characters, bytes by bytes, at any depth", .matrix(60))
    func valueLength() throws {
        let recording = try RecordingTelemetry { $0.spanLimits.attributeValueLength = 3 }
        let span = recording.record(attributes: ["creation": "123456"]) {
            $0.setAttribute("exact", "123")
            $0.setAttribute("text", "12345")
            $0.setAttribute("family", "👨‍👩‍👧é🇩🇪x")
            $0.setAttribute("bytes", .bytes([1, 2, 3, 4]))
            $0.setAttribute("int", 123_456)
            $0.setAttribute("array", ["abcdef", 123_456, ["abcdef"]])
            $0.setAttribute("map", ["longer key": "abcdef"])
            $0.addEvent("long name is kept", ["text": "12345"])
        }
        let expected: OTelAttributes = [
            "creation": "123", "exact": "123", "text": "123", "family": "👨‍👩‍👧é🇩🇪", "bytes": .bytes([1, 2, 3]),
            "int": 123_456, "array": ["abc", 123_456, ["abc"]], "map": ["longer key": "abc"],
        ]
        #expect(span?.attributes == expected)
        #expect(span?.events.first?.attributes == ["text": "123"])
        #expect(span?.events.first?.name == "long name is kept")
        #expect(span?.droppedAttributeCount == 0)
    }

    @Test("arrays and maps deeper than the limit become empty")
    func depth() throws {
        let recording = try RecordingTelemetry { $0.spanLimits.attributeValueDepth = 2 }
        let span = recording.record(attributes: [
            "one": [1], "two": [[1]], "three": [[[1]], 2], "map": ["a": ["b": ["c": 1], "d": 5]],
        ])
        #expect(
            span?.attributes == [
                "one": [1], "two": [[1]], "three": [[.empty], 2], "map": ["a": ["b": .empty, "d": 5]],
            ]
        )
    }

    @Test("without a setting, 64 levels are kept and the 65th becomes empty")
    func defaultDepth() throws {
        let recording = try RecordingTelemetry()
        func nested(_ levels: Int, _ inner: OTelValue) -> OTelValue {
            (0..<levels).reduce(inner) { value, _ in .array([value]) }
        }
        let span = recording.record(attributes: ["kept": nested(64, 1), "cut": nested(65, 1)])
        #expect(span?.attributes["kept"] == nested(64, 1))
        #expect(span?.attributes["cut"] == nested(64, .empty))
    }

    @Test("an empty key is ignored and counted")
    func emptyKey() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record(attributes: ["": 1, "kept": 2]) {
            $0.setAttribute("", "x")
            $0.addEvent("e", ["": 1, "kept": 2])
        }
        #expect(span?.attributes == ["kept": 2])
        #expect(span?.droppedAttributeCount == 2)
        #expect(span?.events.first?.attributes == ["kept": 2])
        #expect(span?.events.first?.droppedAttributeCount == 1)
    }
}
