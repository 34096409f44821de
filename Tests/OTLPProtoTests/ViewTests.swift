import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire
import TestSupport
import Testing

@Suite("Views over recorded bytes")
struct ViewTests {
    private static func span(_ message: [UInt8]) throws -> SpanView {
        try #require(SpanBatch(batch(.traces, messages: [message])).spans.first)
    }

    private static func log(_ message: [UInt8]) throws -> LogRecordView {
        try #require(LogRecordBatch(batch(.logs, messages: [message])).logRecords.first)
    }

    @Test("an empty message has the defaults of every field")
    func empty() throws {
        let span = try Self.span([])
        #expect(!span.context.isValid)
        #expect(span.name == "")
        #expect(span.kind == .internal)
        #expect(span.parentSpanID == nil)
        #expect(span.endTime == nil)
        #expect(span.status == .unset)
        #expect(span.attributes.isEmpty && span.events.isEmpty && span.links.isEmpty)
        let log = try Self.log([])
        #expect(log.timestamp == nil)
        #expect(log.body == .empty)
        #expect(log.severity == .unspecified)
        #expect(log.traceID == nil)
    }

    @Test("a view outlives its batch and its telemetry")
    func lifetime() throws {
        var view: SpanView?
        do {
            let recording = try RecordingTelemetry()
            view = recording.record("kept", attributes: ["a": "value"])
            // Enough further spans that the memory would be used again if it could be.
            for _ in 0..<5_000 { recording.tracer.startSpan("other", parent: .root).end() }
            recording.telemetry.shutdownBlocking()
        }
        #expect(view?.name == "kept")
        #expect(view?.attributes == ["a": "value"])
    }

    @Test("random and mutated records never crash a view")
    func hostile() throws {
        let recording = try RecordingTelemetry()
        let link = OTelLink(OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1)))
        let span = recording.tracer.startSpan("x", parent: .root, attributes: ["a": [1, ["b": 2]]], links: [link])
        span.addEvent("e", ["k": "v"])
        span.setStatus(.error("m"))
        span.end()
        recording.logger.emit(
            OTelLogRecord(severity: .info, body: ["k": [1, 2]], attributes: ["a": 1], eventName: "e")
        )
        recording.telemetry.flushBlocking()
        let vectors = recording.spanExporter.messages + recording.logExporter.messages
        try #require(vectors.count == 2)
        var random = SeededGenerator(seed: 5)
        for _ in 0..<1_000 {
            var message = vectors[Int.random(in: 0..<vectors.count, using: &random)]
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                message[Int.random(in: 0..<message.count, using: &random)] = .random(in: 0...127, using: &random)
            }
            message.removeLast(Int.random(in: 0...message.count / 2, using: &random))
            let spanView = try Self.span(message)
            _ = (spanView.context, spanView.name, spanView.kind, spanView.status, spanView.parentSpanID)
            _ = (spanView.attributes.description, spanView.events, spanView.links, spanView.endTime)
            let logView = try Self.log(message)
            _ = (logView.body.description, logView.attributes, logView.severity, logView.traceID, logView.spanID)
        }
    }

    @Test("counts beyond what an Int holds do not trap")
    func hugeCounts() async {
        await #expect(processExitsWith: .success) {
            let largest = [UInt8](repeating: 0xff, count: 9) + [1]
            let message = [0x50] + largest + [0x60] + largest + [0x70] + largest + [0x5a, 11, 0x20] + largest
            let span = try #require(SpanBatch(batch(.traces, messages: [message])).spans.first)
            _ = (span.droppedAttributeCount, span.droppedEventCount, span.droppedLinkCount)
            _ = span.events
            let log = try #require(LogRecordBatch(batch(.logs, messages: [[0x38] + largest])).logRecords.first)
            _ = log.droppedAttributeCount
        }
    }

    @Test("values nested too deeply are empty instead of exhausting the stack", arguments: [10, 99, 10_000])
    func depth(levels: Int) throws {
        var value: [UInt8] = [0x18, 1]
        for _ in 0..<levels {
            var buffer = ByteBuffer()
            buffer.message(0x2a) { inner in
                inner.bytesField(0x0a, value)
            }
            value = buffer.array()
            if value.count > 1 << 19 { break }
        }
        let decoded = value.withUnsafeBytes { ValueDecoder.value($0) }
        #expect(Self.levels(decoded) <= 100)
        if levels < 100 { #expect(Self.levels(decoded) == levels) }
    }

    private static func levels(_ value: OTelValue) -> Int {
        var levels = 0
        var value = value
        while case .array(let elements) = value, let first = elements.first {
            levels += 1
            value = first
        }
        return levels
    }

    @Test("the last value of a field that stands twice counts")
    func repeatedFields() throws {
        let span = try Self.span([0x2a, 1, 0x61, 0x2a, 1, 0x62, 0x4a, 5, 0x0a, 1, 0x6b, 0x12, 0, 0x30, 2, 0x30, 3])
        #expect(span.name == "b")
        #expect(span.kind == .client)
        #expect(span.attributes == ["k": .empty])
    }
}
