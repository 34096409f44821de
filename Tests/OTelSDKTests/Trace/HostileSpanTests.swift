import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Spans given unreasonable input")
struct HostileSpanTests {
    private static let huge = String(repeating: "0123456789", count: 1024 * 1024)

    @Test("numbers that are not numbers are kept")
    func nonFinite() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record(attributes: ["nan": .double(.nan), "inf": .double(.infinity)]) {
            $0.setAttribute("-inf", -Double.infinity)
        }
        #expect(span?.attributes["nan"].map { if case .double(let value) = $0 { value.isNaN } else { false } } == true)
        #expect(span?.attributes["inf"] == .double(.infinity))
        #expect(span?.attributes["-inf"] == .double(-.infinity))
    }

    @Test("10 MB in one attribute, event or link is dropped and counted, and the span survives")
    func hugeValues() throws {
        let recording = try RecordingTelemetry()
        let context = OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1))
        let span = recording.record {
            $0.setAttribute("before", 1)
            $0.setAttribute("huge", Self.huge)
            $0.setAttribute("huge bytes", .bytes(Array(repeating: 7, count: 10_000_000)))
            $0.setAttribute("huge list", .array([.string(Self.huge)]))
            $0.setAttribute(OTelAttributeKey(Self.huge), 1)
            $0.addEvent(Self.huge)
            $0.addEvent("e", ["huge": .string(Self.huge), "small": 1])
            $0.addLink(context, ["huge": .string(Self.huge), "small": 1])
            $0.setAttribute("after", 2)
        }
        #expect(span?.attributes == ["before": 1, "after": 2])
        #expect(span?.droppedAttributeCount == 4)
        #expect(span?.droppedEventCount == 1)
        #expect(span?.events.map(\.attributes) == [["small": 1]])
        #expect(span?.events.first?.droppedAttributeCount == 1)
        #expect(span?.links.map(\.attributes) == [["small": 1]])
    }

    @Test("a value that no longer fits leaves what the record had")
    func encodedBytes() throws {
        let recording = try RecordingTelemetry { $0.spanLimits.encodedBytes = 4096 }
        let span = recording.record { span in
            for index in 0..<10 {
                span.setAttribute(OTelAttributeKey("key.\(index)"), String(repeating: "x", count: 1000))
            }
        }
        #expect(span?.attributes.count == 3)
        #expect(span?.droppedAttributeCount == 7)
    }

    @Test("a new value that does not fit leaves the old one, and is counted")
    func hugeReplacement() throws {
        let recording = try RecordingTelemetry { $0.spanLimits.encodedBytes = 4096 }
        let span = recording.record(attributes: ["k": "old"]) { $0.setAttribute("k", Self.huge) }
        #expect(span?.attributes == ["k": "old"])
        #expect(span?.droppedAttributeCount == 1)
    }

    @Test("a call on a span from inside its own writer does nothing, at once, however deep")
    func nestedWriters() throws {
        let recording = try RecordingTelemetry()
        let other = recording.tracer.startSpan("other", parent: .root)
        let clock = ContinuousClock()
        let started = clock.now
        let span = recording.record { span in
            span.setAttributes { writer in
                writer.set("a", 1)
                other.setAttributes {
                    $0.set("b", 2); span.setAttribute("c", 3); other.setAttribute("d", 4)
                }
                writer.set("e", 5)
            }
        }
        #expect(clock.now - started < .seconds(5))
        #expect(span?.attributes == ["a": 1, "e": 5])
        other.end()
        #expect(recording.spans.first { $0.name == "other" }?.attributes == ["b": 2])
    }

    @Test("a new name that does not fit leaves the old one")
    func hugeName() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record("name") { $0.updateName(Self.huge) }
        #expect(span?.name == "name")
    }

    @Test("a description that does not fit still leaves the status an error")
    func hugeStatus() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record { $0.setStatus(.error(Self.huge)) }
        #expect(span.map { if case .error = $0.status { true } else { false } } == true)
    }

    @Test("a span whose name does not fit is exported all the same")
    func hugeNameAtStart() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record(Self.huge) { $0.setAttribute("a", 1) }
        #expect(span?.attributes == ["a": 1])
    }

    @Test("empty names are exported")
    func emptyNames() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record("") { $0.addEvent("") }
        #expect(span?.name == "")
        #expect(span?.events.map(\.name) == [""])
    }

    @Test("of a million attributes the first 128 are kept, the rest counted")
    func millionAttributes() throws {
        let recording = try RecordingTelemetry()
        let keys = (0..<1024).map { OTelAttributeKey("key.\($0)") }
        let rounds = 1_000_000 / 1024
        let span = recording.record { span in
            for round in 0..<rounds {
                for key in keys { span.setAttribute(key, round) }
            }
        }
        // 1024 keys: the first 128 are overwritten in each round, the others dropped.
        #expect(span?.attributes.count == 128)
        #expect(span?.attributes.allSatisfy { $0.value == .int(rounds - 1) } == true)
        #expect(span?.droppedAttributeCount == rounds * (1024 - 128))
    }

    @Test("a huge collection of attributes at creation is cut to the limit")
    func manyAtCreation() throws {
        let recording = try RecordingTelemetry()
        let many = OTelAttributes((0..<100_000).map { (key: "k\($0)", value: OTelValue.int($0)) })
        let span = recording.record(attributes: many)
        #expect(span?.attributes.count == 128)
        #expect(span?.droppedAttributeCount == 100_000 - 128)
    }

    @Test("arrays of thousands of levels are cut without exhausting the stack")
    func deepNesting() throws {
        let recording = try RecordingTelemetry()
        var value = OTelValue.array([1])
        for _ in 0..<5_000 { value = .array([value]) }
        let span = recording.record(attributes: ["deep": value])
        #expect(span?.attributes.count == 1)
    }

    @Test("text with zero bytes and unpaired surrogates' replacements comes back unchanged")
    func strangeText() throws {
        let recording = try RecordingTelemetry()
        let text = "a\0b\u{FFFD}\u{10FFFF}" + String(decoding: [0xff, 0xfe, 0x80] as [UInt8], as: UTF8.self)
        let span = recording.record(text, attributes: ["text": .string(text)])
        #expect(span?.name == text)
        #expect(span?.attributes["text"] == .string(text))
    }
}
