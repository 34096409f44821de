import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("A span that has as many bytes as it may")
struct FullRecordTests {
    private static let limit = 4096
    private static let linked = OTelSpanContext(traceID: OTelTraceID(high: 5, low: 5), spanID: OTelSpanID(5))

    private func recording() throws -> RecordingTelemetry {
        try RecordingTelemetry { $0.spanLimits.encodedBytes = Self.limit }
    }

    /// Fills the span up to the last byte that an attribute may take.
    private static func fill(_ span: OTelSpan) {
        for size in [1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1] {
            for index in 0..<10 {
                span.setAttribute(OTelAttributeKey("\(size).\(index)"), String(repeating: "x", count: size))
            }
        }
    }

    @Test("keeps its status, and says why as far as there is room")
    func status() throws {
        let recording = try self.recording()
        let error = recording.record { span in
            Self.fill(span)
            span.setStatus(.error("a description that finds no room"))
        }
        #expect(error?.status == .error(""))
        let ok = recording.record { span in
            span.setStatus(.error("first"))
            Self.fill(span)
            span.setStatus(.ok)
        }
        #expect(ok?.status == .ok)
    }

    @Test("drops and counts attributes, events and links, exactly")
    func drops() throws {
        let recording = try self.recording()
        let first = recording.record { Self.fill($0) }
        let kept = try #require(first?.attributes.count)
        #expect(kept > 3 && kept < 100)
        #expect(first?.droppedAttributeCount == 100 - kept)
        var runs = 0
        let span = recording.record("name") { span in
            Self.fill(span)
            span.addEvent("no room")
            span.addEvent("no room", ["a": 1])
            span.addEvent("no room") { _ in runs += 1 }
            span.addLink(Self.linked)
            span.addLink(Self.linked, ["a": 1])
            span.updateName(String(repeating: "n", count: 500))
        }
        #expect(runs == 0)
        #expect(span?.attributes.count == kept && span?.droppedAttributeCount == 100 - kept)
        #expect(span?.droppedEventCount == 3 && span?.events.isEmpty == true)
        #expect(span?.droppedLinkCount == 2 && span?.links.isEmpty == true)
        #expect(span?.name == "name")
        #expect(recording.spanExporter.messages.allSatisfy { $0.count < Self.limit + 100 })
    }

    @Test("an event or link that has only just room counts each attribute that has none")
    func nestedDrops() throws {
        let recording = try self.recording()
        let big = String(repeating: "x", count: 3_000)
        let keys = (0..<100).map { OTelAttributeKey("key.\($0)") }
        let span = recording.record { span in
            span.setAttribute("big", big)
            span.addEvent("e") { writer in
                for key in keys { writer.set(key, "0123456789") }
            }
        }
        let event = try #require(span?.events.first)
        #expect(event.attributes.count > 10 && event.attributes.count < 100)
        #expect(event.attributes.count + event.droppedAttributeCount == 100)
        #expect(span?.attributes == ["big": .string(big)] && span?.droppedAttributeCount == 0)
        let linked = recording.record { span in
            span.setAttribute("big", big)
            span.addLink(Self.linked, OTelAttributes(keys.map { (key: $0.description, value: "0123456789") }))
        }
        let link = try #require(linked?.links.first)
        #expect(link.attributes.count > 10 && link.attributes.count < 100)
        #expect(recording.rawLinkDrops(ofMessage: 1) == [100 - link.attributes.count])
        #expect(linked?.droppedAttributeCount == 0)
    }

    @Test("a name and a value that are replaced make room for others")
    func replacement() throws {
        let recording = try self.recording()
        let span = recording.record(String(repeating: "n", count: 1_000)) { span in
            span.setAttribute("big", String(repeating: "x", count: 2_000))
            span.updateName("short")
            span.setAttribute("big", "small")
            span.setAttribute("other", String(repeating: "y", count: 3_000))
        }
        #expect(span?.name == "short")
        #expect(span?.attributes["big"] == "small")
        #expect(span?.attributes["other"] == .string(String(repeating: "y", count: 3_000)))
        #expect(span?.droppedAttributeCount == 0)
    }
}
