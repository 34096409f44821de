import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Attributes of events and links")
struct SpanEventTests {
    private static let linked = OTelSpanContext(traceID: OTelTraceID(high: 5, low: 5), spanID: OTelSpanID(5))

    @Test("an event's closure writes its attributes, of every type", .matrix(48))
    func writer() throws {
        let recording = try RecordingTelemetry()
        let long = String(repeating: "x", count: 300)
        let span = recording.record { span in
            span.addEvent("written", at: OTelTimestamp(unixNanoseconds: 5)) {
                $0.set("s", "v")
                $0.set("long", long)
                $0.set("i", -1)
                $0.set("b", true)
                $0.set("d", 0.5)
                $0.set("v", ["a", 1])
            }
            span.addEvent("empty") { _ in }
        }
        let events = try #require(span?.events)
        try #require(events.map(\.name) == ["written", "empty"])
        #expect(events[0].time.unixNanoseconds == 5)
        #expect(
            events[0].attributes == ["s": "v", "long": .string(long), "i": -1, "b": true, "d": 0.5, "v": ["a", 1]]
        )
        #expect(events[1].attributes == [:])
        let start = try #require(span?.startTime)
        #expect(events[1].time >= start)
        #expect(span?.attributes == [:])
    }

    @Test("the last value of a key wins within an event, and one event knows nothing of another", .matrix(48))
    func unique() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record { span in
            for _ in 0..<2 {
                span.addEvent("e") { writer in
                    for round in 0..<3 {
                        for key in 0..<20 { writer.set(OTelAttributeKey("key.\(key)"), round) }
                    }
                }
            }
        }
        let events = try #require(span?.events)
        #expect(events.count == 2)
        for event in events {
            #expect(event.attributes.count == 20)
            #expect(event.attributes.allSatisfy { $0.value == 2 })
            #expect(event.droppedAttributeCount == 0)
        }
    }

    @Test(
        "limits of an event and of a link count exactly what they drop",
        .matrix(58, 60),
        arguments: [0, 1, 5, 128, 200]
    )
    func limits(limit: Int) throws {
        let recording = try RecordingTelemetry {
            $0.spanLimits.attributesPerEvent = limit
            $0.spanLimits.attributesPerLink = limit
        }
        let many = OTelAttributes((0..<limit + 7).map { (key: "key.\($0)", value: OTelValue.int($0)) })
        let span = recording.tracer.startSpan("x", parent: .root, links: [OTelLink(Self.linked, attributes: many)])
        span.addEvent("dictionary", many)
        span.addEvent("closure") { writer in
            for (key, value) in many { writer.set(OTelAttributeKey(key), value) }
            // A key that is there is no addition; the others are dropped once more.
            for (key, _) in many { writer.set(OTelAttributeKey(key), 1) }
        }
        span.addLink(Self.linked, many)
        span.setAttribute("own", 1)
        span.end()
        let exported = try #require(recording.spans.first)
        let events = exported.events
        #expect(events.map(\.attributes.count) == [limit, limit])
        #expect(events.map(\.droppedAttributeCount) == [7, 14])
        #expect(events.last?.attributes.allSatisfy { $0.value == 1 } == true)
        #expect(exported.links.map(\.attributes.count) == [limit, limit])
        #expect(recording.rawLinkDrops == [7, 7])
        #expect(exported.attributes == ["own": 1] && exported.droppedAttributeCount == 0)
    }

    @Test("events and links leave the span's own attributes alone", arguments: [1, 100, 127, 128, 200])
    func ownAttributes(count: Int) throws {
        let recording = try RecordingTelemetry { $0.spanLimits.attributes = 300 }
        let keys = (0..<count).map { OTelAttributeKey("key.\($0)") }
        let span = recording.record { span in
            for key in keys { span.setAttribute(key, "old") }
            span.addEvent("same keys") { writer in
                for key in keys { writer.set(key, "event") }
            }
            span.addLink(Self.linked, OTelAttributes(keys.map { (key: $0.description, value: "link") }))
            for key in keys.reversed() { span.setAttribute(key, "new") }
            span.addEvent("again") { $0.set("key.0", "event") }
            span.setAttribute("key.0", "newest")
            span.setAttribute("another", 1)
        }
        #expect(span?.attributes.count == count + 1)
        #expect(span?.attributes["key.0"] == "newest")
        #expect(span?.attributes["another"] == 1)
        #expect(keys.dropFirst().allSatisfy { span?.attributes[$0] == "new" })
        #expect(span?.events.first?.attributes.count == min(count, 128))
        #expect(span?.events.last?.attributes == ["key.0": "event"])
        #expect(span?.links.first?.attributes.allSatisfy { $0.value == "link" } == true)
        #expect(span?.droppedAttributeCount == 0)
    }

    @Test("the closure runs only for an event that is taken")
    func closureNotRun() throws {
        let recording = try RecordingTelemetry { $0.spanLimits.events = 1 }
        var runs = 0
        let span = recording.tracer.startSpan("x", parent: .root)
        for _ in 0..<3 { span.addEvent("e") { _ in runs += 1 } }
        span.end()
        span.addEvent("late") { _ in runs += 1 }
        recording.tracer.startSpan("x", parent: OTelContext(span: .invalid)).end()
        OTelSpan.invalid.addEvent("nobody") { _ in runs += 1 }
        #expect(runs == 1)
        #expect(recording.spans.first?.droppedEventCount == 2)
    }

    @Test("calls on the span from inside of the closure do nothing, at once")
    func reentrant() throws {
        let recording = try RecordingTelemetry()
        let clock = ContinuousClock()
        let started = clock.now
        let span = recording.record("name") { span in
            span.addEvent("outer") { writer in
                writer.set("before", 1)
                span.setAttribute("inner", 1)
                span.addEvent("inner")
                span.addEvent("inner") { $0.set("inner", 1) }
                span.addLink(Self.linked)
                span.setStatus(.ok)
                span.updateName("inner")
                span.end()
                writer.set("after", 2)
            }
            span.setAttribute("later", 1)
        }
        #expect(clock.now - started < .seconds(5))
        #expect(span?.events.map(\.name) == ["outer"])
        #expect(span?.events.first?.attributes == ["before": 1, "after": 2])
        #expect(span?.attributes == ["later": 1])
        #expect(span?.name == "name" && span?.status == .unset && span?.links.isEmpty == true)
    }

    @Test(
        "events, links and descriptions of every length come back whole",
        arguments: [0, 1] + Array(90...130) + [300, 16_300, 16_383, 16_384, 16_385, 70_000]
    )
    func lengths(length: Int) throws {
        let recording = try RecordingTelemetry()
        let text = String(repeating: "x", count: length)
        let state = OTelSpanContext(
            traceID: OTelTraceID(high: 5, low: 5),
            spanID: OTelSpanID(5),
            traceState: OTelTraceState(validHeader: "a=1")
        )
        let span = recording.record { span in
            span.addEvent(text, ["k": .string(text)])
            span.addEvent("written") { $0.set("k", text) }
            span.addLink(state, ["k": .string(text)])
            span.setStatus(.error(text))
            span.setAttribute("after", .array([.string(text)]))
            span.updateName(text)
            span.setStatus(.error(text + "!"))
        }
        #expect(span?.events.map(\.name) == [text, "written"])
        #expect(span?.events.map(\.attributes) == [["k": .string(text)], ["k": .string(text)]])
        #expect(span?.links.map(\.attributes) == [["k": .string(text)]])
        #expect(span?.links.map(\.context) == [state])
        #expect(span?.status == .error(text + "!"))
        #expect(span?.attributes == ["after": .array([.string(text)])])
        #expect(span?.name == text)
    }

    @Test("random writes to a span, its events and its links agree with a model")
    func model() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<40 {
            let limit = Int.random(in: 0...12, using: &random)
            let recording = try RecordingTelemetry {
                $0.spanLimits.attributes = limit
                $0.spanLimits.attributesPerEvent = limit
            }
            var own = AttributeModel(limit: limit)
            var events: [AttributeModel] = []
            let span = recording.tracer.startSpan("x", parent: .root)
            for _ in 0..<30 {
                let pairs = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                    let key = String(repeating: "k", count: Int.random(in: 1...15, using: &random))
                    return (key, String(repeating: "v", count: Int.random(in: 0...200, using: &random)))
                }
                if Bool.random(using: &random) {
                    for (key, value) in pairs { span.setAttribute(OTelAttributeKey(key), value) }
                    own.set(pairs)
                } else {
                    span.addEvent("e") { writer in
                        for (key, value) in pairs { writer.set(OTelAttributeKey(key), value) }
                    }
                    events.append(AttributeModel(limit: limit))
                    events[events.count - 1].set(pairs)
                }
            }
            span.end()
            let exported = try #require(recording.spans.first)
            #expect(AttributeModel(exported.attributes, exported.droppedAttributeCount, limit) == own)
            #expect(exported.events.map { AttributeModel($0.attributes, $0.droppedAttributeCount, limit) } == events)
        }
    }
}

/// Attributes as the specification has them, the simple way.
private struct AttributeModel: Equatable {
    let limit: Int
    private var values: [String: String] = [:]
    private var dropped = 0

    init(limit: Int) {
        self.limit = limit
    }

    init(_ attributes: OTelAttributes, _ dropped: Int, _ limit: Int) {
        self.limit = limit
        self.dropped = dropped
        for (key, value) in attributes { self.values[key.description] = value.description }
    }

    mutating func set(_ pairs: [(String, String)]) {
        for (key, value) in pairs {
            if self.values[key] != nil || self.values.count < self.limit {
                self.values[key] = value
            } else {
                self.dropped += 1
            }
        }
    }
}
