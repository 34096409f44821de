import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Span operations")
struct SpanOperationsTests {
    @Test("recording lasts until the end, and the end counts once", .matrix(27, 29, 30))
    func end() throws {
        let recording = try RecordingTelemetry()
        let span = recording.tracer.startSpan("x", parent: .root)
        #expect(span.isRecording)
        span.end()
        #expect(!span.isRecording)
        span.end()
        span.end(at: .now)
        #expect(recording.spans.count == 1)
        #expect(recording.spanStatistics.accepted == 1)
        #expect(span.context.isValid)
    }

    @Test("nothing changes a span after its end")
    func useAfterEnd() throws {
        let recording = try RecordingTelemetry()
        let span = recording.tracer.startSpan("x", parent: .root)
        span.end()
        // The slot is taken again at once: late calls must not reach the new owner either.
        let next = recording.tracer.startSpan("next", parent: .root)
        Self.touch(span)
        next.end()
        Self.touch(span)
        for exported in recording.spans {
            #expect(["x", "next"].contains(exported.name))
            #expect(exported.attributes.isEmpty && exported.events.isEmpty && exported.links.isEmpty)
            #expect(exported.status == .unset)
        }
        #expect(recording.spans.count == 2)
    }

    private static func touch(_ span: OTelSpan) {
        span.setAttribute("a", "late")
        span.setAttribute("a", 1)
        span.setAttribute("a", true)
        span.setAttribute("a", 1.5)
        span.setAttribute("a", .bytes([1]))
        span.setAttribute("run" + "time", .int(1))
        span.setAttribute("run" + "time", "late")
        span.setAttributes(["a": "late"])
        span.setAttributes { $0.set("a", "late") }
        span.addEvent("late")
        span.recordException(Failure())
        span.addLink(OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1)))
        span.setStatus(.ok)
        span.updateName("late")
        span.end()
        span.end(at: OTelTimestamp(unixNanoseconds: 1))
    }

    @Test("the latest name is exported", .matrix(25))
    func updateName() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record("first", attributes: ["before": 1]) {
            $0.updateName("second")
            $0.setAttribute("after", 2)
            $0.updateName("")
            $0.updateName("third")
        }
        #expect(span?.name == "third")
        #expect(span?.attributes == ["before": 1, "after": 2])
    }

    @Test(
        "ok wins over error, error over unset, and only error has a description",
        .matrix(31),
        arguments: [
            (calls: [], expected: .unset),
            (calls: [.unset], expected: .unset),
            (calls: [.ok], expected: .ok),
            (calls: [.error], expected: .error("")),
            (calls: [.error("a")], expected: .error("a")),
            (calls: [.error("a"), .error("b")], expected: .error("b")),
            (calls: [.error("a"), .error("")], expected: .error("")),
            (calls: [.error("a"), .unset], expected: .error("a")),
            (calls: [.error("a"), .ok], expected: .ok),
            (calls: [.ok, .error("a")], expected: .ok),
            (calls: [.ok, .unset], expected: .ok),
            (calls: [.ok, .ok, .error("x"), .unset], expected: .ok),
        ] as [(calls: [OTelSpanStatus], expected: OTelSpanStatus)]
    )
    func status(calls: [OTelSpanStatus], expected: OTelSpanStatus) throws {
        let recording = try RecordingTelemetry()
        let span = recording.record { span in
            span.setAttribute("a", 1)
            for status in calls { span.setStatus(status) }
            span.setAttribute("b", 2)
        }
        #expect(span?.status == expected)
        #expect(span?.attributes == ["a": 1, "b": 2])
    }

    @Test("attributes of every type come back as set", .matrix(37, 38, 39, 40, 41, 42, 44))
    func attributeTypes() throws {
        let recording = try RecordingTelemetry()
        let expected: OTelAttributes = [
            "string": "text", "empty": "", "unicode.ключ": "日本語 👩‍👩‍👧", "bool": true, "no": false,
            "int": 42, "zero": 0, "negative": -1, "min": .int(Int64.min), "max": .int(Int64.max),
            "double": 1.5, "none": .empty, "bytes": .bytes([0, 255]), "no bytes": .bytes([]),
            "strings": ["a", "b"], "ints": [1, 2, 3], "doubles": [1.5], "bools": [true, false], "no values": [],
            "mixed": [1, "a", nil, [true]], "map": ["k": ["n": 1]], "no keys": [:],
        ]
        let atCreation = recording.record(attributes: expected)
        #expect(atCreation?.attributes == expected)
        let oneByOne = recording.record { span in
            for (key, value) in expected { span.setAttribute(key, value) }
        }
        #expect(oneByOne?.attributes == expected)
        let together = recording.record { $0.setAttributes(expected) }
        #expect(together?.attributes == expected)
    }

    @Test("the forms for one type and the batch writer set the same values")
    func attributeForms() throws {
        let recording = try RecordingTelemetry()
        let long = String(repeating: "x", count: 200)
        let single = recording.record {
            $0.setAttribute("s", "v")
            $0.setAttribute("long", long)
            $0.setAttribute("i", 300)
            $0.setAttribute("b", true)
            $0.setAttribute("d", -0.5)
            $0.setAttribute("v", .array([1]))
        }
        let writer = recording.record {
            $0.setAttributes {
                $0.set("s", "v")
                $0.set("long", long)
                $0.set("i", 300)
                $0.set("b", true)
                $0.set("d", -0.5)
                $0.set("v", .array([1]))
            }
        }
        let expected: OTelAttributes = ["s": "v", "long": .string(long), "i": 300, "b": true, "d": -0.5, "v": [1]]
        #expect(single?.attributes == expected)
        #expect(writer?.attributes == expected)
    }

    @Test("the last value of a key wins, whatever the types", arguments: [2, 10, 127])
    func lastValueWins(keys: Int) throws {
        let recording = try RecordingTelemetry()
        let span = recording.record { span in
            for round in 0..<3 {
                for key in 0..<keys { span.setAttribute("key.\(key)", Self.value(key + round, round)) }
            }
        }
        #expect(span?.attributes.count == keys)
        #expect(span?.droppedAttributeCount == 0)
        #expect((0..<keys).allSatisfy { span?.attributes[named: "key.\($0)"] == Self.value($0 + 2, 2) })
    }

    private static func value(_ number: Int, _ round: Int) -> OTelValue {
        switch number % 4 {
        case 0: .string("round \(round)")
        case 1: .int(round)
        case 2: .array([.int(round)])
        default: .double(Double(round))
        }
    }

    @Test("events keep their order, times and attributes", .matrix(48, 49))
    func events() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record { span in
            span.addEvent("first", ["n": 1], at: OTelTimestamp(unixNanoseconds: 30))
            span.addEvent("second", at: OTelTimestamp(unixNanoseconds: 10))
            span.addEvent("third", ["list": ["a", "b"]], at: OTelTimestamp(unixNanoseconds: 20))
            span.addEvent("now")
        }
        let events = try #require(span?.events)
        try #require(events.map(\.name) == ["first", "second", "third", "now"])
        #expect(events.prefix(3).map(\.time.unixNanoseconds) == [30, 10, 20])
        #expect(events.map(\.attributes) == [["n": 1], [:], ["list": ["a", "b"]], [:]])
        let start = try #require(span?.startTime)
        let end = try #require(span?.endTime)
        #expect(events[3].time >= start && events[3].time <= end)
    }

    @Test("an exception is an event with type and message", .matrix(51))
    func exception() throws {
        let recording = try RecordingTelemetry()
        let event = recording.record { $0.recordException(Failure()) }?.events.first
        #expect(event?.name == "exception")
        #expect(event?.attributes["exception.message"] == "it broke")
        #expect(event?.attributes["exception.type"]?.description.hasSuffix("Failure") == true)
    }

    @Test("attributes given with an exception win over generated ones", .matrix(52))
    func exceptionAttributes() throws {
        let recording = try RecordingTelemetry()
        let span = recording.record {
            $0.recordException(
                Failure(),
                ["exception.message": "mine", "extra": 1],
                at: OTelTimestamp(unixNanoseconds: 5)
            )
        }
        let event = try #require(span?.events.first)
        #expect(event.attributes["exception.message"] == "mine")
        #expect(event.attributes["extra"] == 1)
        #expect(event.attributes.count == 3)
        #expect(event.time.unixNanoseconds == 5)
        #expect(span?.status == .unset)
    }

    @Test("links given at creation and later keep their order and contexts", .matrix(45, 46, 47))
    func links() throws {
        let recording = try RecordingTelemetry()
        let contexts = (1...4).map { (number: Int) -> OTelSpanContext in
            OTelSpanContext(
                traceID: OTelTraceID(high: UInt64(number), low: 7),
                spanID: OTelSpanID(UInt64(number)),
                traceFlags: number.isMultiple(of: 2) ? .sampled : [.sampled, .random],
                traceState: OTelTraceState(validHeader: number == 1 ? "" : "k=\(number)"),
                isRemote: number.isMultiple(of: 2)
            )
        }
        let span = recording.tracer.startSpan(
            "x",
            links: [OTelLink(contexts[0], attributes: ["n": 1]), OTelLink(contexts[1])]
        )
        span.addLink(contexts[2], ["n": 3])
        span.addLink(contexts[3])
        span.end()
        let links = try #require(recording.spans.first?.links)
        #expect(links.map(\.context) == contexts)
        #expect(links.map(\.attributes) == [["n": 1], [:], ["n": 3], [:]])
        #expect(recording.rawLinkFlags == [0x103, 0x301, 0x103, 0x301])
    }

    @Test("a link to all-zero ids is kept only when it says something else")
    func emptyLinks() throws {
        let recording = try RecordingTelemetry()
        let state = OTelSpanContext(
            traceID: .invalid,
            spanID: .invalid,
            traceState: OTelTraceState(validHeader: "a=1")
        )
        let span = recording.record {
            $0.addLink(.invalid)
            $0.addLink(.invalid, ["why": "attributes"])
            $0.addLink(state)
        }
        #expect(span?.links.count == 2)
        #expect(span?.droppedLinkCount == 0)
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String { "it broke" }
    }
}
