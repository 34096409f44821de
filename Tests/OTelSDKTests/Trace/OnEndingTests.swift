import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("While a span ends")
struct OnEndingTests {
    private static let linked = OTelSpanContext(traceID: OTelTraceID(high: 5, low: 5), spanID: OTelSpanID(5))

    private func recording(_ processors: any SpanProcessor...) throws -> RecordingTelemetry {
        try RecordingTelemetry { $0.spanProcessors = processors }
    }

    @Test("its end time is fixed and visible", .matrix(36), arguments: [nil, 1_000])
    func endTime(given: UInt64?) throws {
        let seen = Box<[OTelTimestamp?]>([])
        let processor = ScriptedProcessor {
            $0.onEnding = { span in
                let end = span.snapshot?.endTime
                // The present moves on before the span is exported.
                _ = Threads.wait { end.map { OTelTimestamp.now > $0 } ?? true }
                seen.update {
                    $0.append(end); $0.append(span.snapshot?.endTime)
                }
            }
        }
        let recording = try self.recording(processor)
        let span = recording.tracer.startSpan("x", parent: .root)
        if let given { span.end(at: OTelTimestamp(unixNanoseconds: given)) } else { span.end() }
        let exported = try #require(recording.spans.first?.endTime)
        #expect(seen.value == [exported, exported])
        #expect(processor.ended.map(\.endTime) == [exported])
        if let given { #expect(exported.unixNanoseconds == given) }
    }

    @Test("processors can change it, the next sees what the one before did, and onEnd and sinks see all", .matrix(36))
    func changes() throws {
        let seen = Box<SpanView?>(nil)
        let first = ScriptedProcessor {
            $0.onEnding = {
                $0.span.setAttribute("first", 1)
                $0.span.updateName("renamed")
                $0.span.setStatus(.error("late"))
                $0.span.addEvent("ending", ["a": 1])
                $0.span.addLink(Self.linked)
            }
        }
        let second = ScriptedProcessor {
            $0.onEnding = { span in
                seen.value = span.snapshot
                span.span.setAttributes { $0.set("second", 2) }
            }
        }
        let recording = try self.recording(first, second)
        let exported = try #require(recording.record("x", attributes: ["a": 1]))
        let viewed = try #require(first.ended.first)
        for span in [exported, viewed] {
            #expect(span.attributes == ["a": 1, "first": 1, "second": 2])
            #expect(span.name == "renamed")
            #expect(span.status == .error("late"))
            #expect(span.events.map(\.name) == ["ending"])
            #expect(span.links.map(\.context.spanID) == [Self.linked.spanID])
        }
        #expect(seen.value?.attributes == ["a": 1, "first": 1])
        #expect(seen.value?.name == "renamed")
    }

    @Test("nobody else can write to it, from whatever thread", .matrix(36))
    func othersAreLockedOut() throws {
        let application = Box<OTelSpan?>(nil)
        let wasRecording = Box<Bool?>(nil)
        let processor = ScriptedProcessor {
            $0.onEnding = { span in
                guard let outside = application.value else { return }
                span.span.setAttribute("before", 1)
                let write: @Sendable (Int) -> Void = { _ in
                    wasRecording.value = outside.isRecording
                    outside.setAttribute("late", 1)
                    outside.setAttributes(["before": "late"])
                    outside.setAttributes { $0.set("late", 2) }
                    outside.addEvent("late")
                    outside.addEvent("late") { $0.set("late", 3) }
                    outside.addLink(Self.linked)
                    outside.setStatus(.ok)
                    outside.updateName("late")
                    outside.end()
                }
                // The callback goes on when the other thread is done.
                Threads.run(1, write)
                write(0)
                span.span.setAttribute("after", 2)
            }
        }
        let recording = try self.recording(processor)
        let clock = ContinuousClock()
        let started = clock.now
        let exported = recording.record("name") { application.value = $0 }
        #expect(clock.now - started < .seconds(5))
        #expect(wasRecording.value == false)
        #expect(exported?.attributes == ["before": 1, "after": 2])
        #expect(exported?.name == "name")
        #expect(exported?.status == .unset)
        #expect(exported?.events.isEmpty == true && exported?.links.isEmpty == true)
        #expect(processor.calls.count("ending") == 1 && processor.calls.count("end") == 1)
        #expect(recording.spanStatistics.accepted == 1)
    }

    @Test("a writer that began before is waited for", .matrix(36))
    func earlierWriter() throws {
        let seen = Box<SpanView?>(nil)
        let processor = ScriptedProcessor { $0.onEnding = { seen.value = $0.snapshot } }
        let recording = try self.recording(processor)
        let span = recording.tracer.startSpan("x", parent: .root)
        let (isWriting, isEnding) = (Box(false), Box(false))
        let overlapped = Threads.run(2) { thread in
            if thread == 1 {
                _ = Threads.wait { isWriting.value }
                isEnding.value = true
                span.end()
                return false
            }
            var isTooEarly = false
            span.setAttributes { writer in
                isWriting.value = true
                _ = Threads.wait { isEnding.value }
                isTooEarly = Threads.wait(upTo: .milliseconds(50)) { seen.value != nil }
                writer.set("written", true)
            }
            return isTooEarly
        }
        #expect(overlapped == [false, false])
        #expect(seen.value?.attributes == ["written": true])
        #expect(recording.spans.map(\.attributes) == [["written": true]])
    }

    @Test("ending it once more does nothing")
    func endAgain() throws {
        let processor = ScriptedProcessor {
            $0.onEnding = { span in
                span.span.end()
                span.span.end(at: OTelTimestamp(unixNanoseconds: 1))
                span.span.setAttribute("still", "writable")
            }
        }
        let recording = try self.recording(processor, processor)
        let span = recording.tracer.startSpan("x", parent: .root)
        span.end(at: OTelTimestamp(unixNanoseconds: 7))
        #expect(processor.calls.all == ["start", "start", "ending", "ending", "end", "end"])
        #expect(recording.spans.map(\.endTime?.unixNanoseconds) == [7])
        #expect(recording.spans.map(\.attributes) == [["still": "writable"]])
    }

    @Test("another span that ends meanwhile passes through the processors on its own")
    func otherSpan() throws {
        let other = Box<OTelSpan?>(nil)
        let processor = ScriptedProcessor {
            $0.onEnding = { span in
                if let waiting = other.value, waiting != span.span { waiting.end() }
                span.span.setAttribute("seen", true)
            }
        }
        let recording = try self.recording(processor)
        other.value = recording.tracer.startSpan("other", parent: .root)
        recording.tracer.startSpan("x", parent: .root).end()
        #expect(recording.spans.map(\.name) == ["other", "x"])
        #expect(recording.spans.allSatisfy { $0.attributes == ["seen": true] })
        #expect(processor.ended.map(\.name) == ["other", "x"])
    }

    @Test("an attribute that a processor takes away is not dropped, and makes room", arguments: [2, 128, 200])
    func removeAttribute(limit: Int) throws {
        let processor = ScriptedProcessor {
            $0.onEnding = { span in
                span.removeAttribute("key.0")
                span.removeAttribute("never set")
                span.removeAttribute("")
                span.span.setAttribute("room", 1)
                span.span.setAttribute("key.1", "again")
            }
        }
        let recording = try RecordingTelemetry {
            $0.spanProcessors = [processor]
            $0.spanLimits.attributes = limit
        }
        let span = recording.record { span in
            for key in 0..<limit { span.setAttribute(OTelAttributeKey("key.\(key)"), key) }
        }
        #expect(span?.attributes.count == limit)
        #expect(span?.attributes[named: "key.0"] == nil)
        #expect(span?.attributes[named: "key.1"] == "again")
        #expect(span?.attributes["room"] == 1)
        #expect(span?.droppedAttributeCount == 0)
    }

    @Test("a processor can redact values by their keys")
    func redaction() throws {
        let processor = ScriptedProcessor {
            $0.onEnding = { span in
                for (key, _) in span.snapshot?.attributes ?? [:] where key.contains("password") {
                    span.span.setAttribute(key, "<redacted>")
                }
            }
        }
        let recording = try self.recording(processor)
        let span = recording.record(attributes: ["db.password": "hunter2", "user": "anna"]) {
            $0.setAttribute("password", "123456")
        }
        #expect(span?.attributes == ["user": "anna", "db.password": "<redacted>", "password": "<redacted>"])
        let bytes = recording.spanExporter.messages.flatMap { $0 }
        #expect(!String(decoding: bytes, as: UTF8.self).contains("hunter2"))
    }

    @Test("a handle kept from onEnding does nothing when the span has ended")
    func keptHandle() throws {
        let kept = Box<ReadWriteSpan?>(nil)
        let processor = ScriptedProcessor { $0.onEnding = { kept.value = kept.value ?? $0 } }
        let recording = try self.recording(processor)
        recording.tracer.startSpan("first", parent: .root).end()
        let writable = try #require(kept.value)
        let next = recording.tracer.startSpan("next", parent: .root, attributes: ["a": 1])
        Threads.run(1) { _ in
            writable.span.setAttribute("late", true)
            writable.removeAttribute("a")
            writable.drop()
            writable.span.end()
        }
        #expect(!writable.span.isRecording)
        #expect(writable.snapshot == nil)
        #expect(next.isRecording)
        next.end()
        #expect(recording.spans.map(\.attributes) == [[:], ["a": 1]])
    }

    @Test("a writer that a processor left behind on another thread is waited for")
    func writerLeftBehind() throws {
        let isWriting = Box(false)
        let processor = ScriptedProcessor {
            $0.onEnding = { span in
                DetachedThread.run {
                    span.span.setAttributes { writer in
                        isWriting.value = true
                        // Until the end waits, or long enough for it to have done wrong.
                        _ = Threads.wait(upTo: .milliseconds(50)) { false }
                        writer.set("behind", true)
                    }
                }
                _ = Threads.wait { isWriting.value }
            }
        }
        let recording = try self.recording(processor)
        #expect(recording.record()?.attributes == ["behind": true])
        #expect(processor.ended.map(\.attributes) == [["behind": true]])
    }
}
