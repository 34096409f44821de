import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire
import TestSupport
import Testing

/// Vectors made by protoc from the OTLP 1.11 definitions: not by us.
@Suite("Bytes of another implementation")
struct GoldenVectorTests {
    // resource service.name="s"; scope lib 1; span with attributes i=0, n=empty, b=false, status ERROR "x", flags 0x303.
    static let trace =
        "0a7f0a150a130a0c736572766963652e6e616d6512030a017312660a080a036c6962120131125a0a10010203040506"
        + "0708090a0b0c0d0e0f10120801020304050607082a026f70300239004859e3faeb6f15410012f41efbeb6f154a070a"
        + "0169120218004a050a016e12004a070a0162120210007a051201781802850103030000"

    // time 1, observed 2, INFO "info", body k=[1.5, bytes FF, int -1], flags 1, event name "ev".
    static let log =
        "0a51124f124d09010000000000000010091a04696e666f2a2832260a240a016b121f2a1d0a0921000000000000f83f"
        + "0a033a01ff0a0b18ffffffffffffffffff01450100000059020000000000000062026576"

    /// Paths of the messages inside an export request whose fields may stand in any order.
    private static let traceMessages: Set<[Int]> = [
        [1], [1, 1], [1, 2], [1, 2, 1], [1, 2, 2], [1, 2, 2, 15], [1, 1, 1], [1, 2, 2, 9],
    ]
    private static let logMessages: Set<[Int]> = [[1], [1, 1], [1, 2], [1, 2, 2]]

    @Test("a span recorded here is, field by field, the span that protoc encoded")
    func trace() throws {
        let parent = OTelSpanContext(
            traceID: OTelTraceID(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10),
            spanID: OTelSpanID(0xaa),
            traceFlags: [.sampled, .random],
            isRemote: true
        )
        let recording = try RecordingTelemetry()
        let span = recording.tracer.startSpan(
            "op",
            kind: .server,
            parent: OTelContext(span: OTelSpan(parent)),
            startTime: OTelTimestamp(unixNanoseconds: 1_544_712_660_000_000_000)
        )
        span.setAttribute("i", 0)
        span.setAttribute("n", .empty)
        span.setAttribute("b", false)
        span.setStatus(.error("x"))
        span.end(at: OTelTimestamp(unixNanoseconds: 1_544_712_661_000_000_000))
        _ = recording.spans
        var message = try #require(recording.spanExporter.messages.first)
        // The vector has a fixed span id and no parent.
        let spanID = try #require(Self.range(of: [0x12, 8] + span.spanID.bytes, in: message))
        message.replaceSubrange(spanID, with: [0x12, 8, 1, 2, 3, 4, 5, 6, 7, 8])
        let parentID = try #require(Self.range(of: [0x22, 8] + parent.spanID.bytes, in: message))
        message.removeSubrange(parentID)
        let request = Self.request(
            batch(
                .traces,
                resource: EncodedResource(attributes: ["service.name": "s"], schemaURL: nil),
                scope: OTelScope("lib", version: "1"),
                messages: [message]
            )
        )
        let expected = bytes(hex: Self.trace)
        #expect(request.count == expected.count)
        #expect(canonical(request, Self.traceMessages) == canonical(expected, Self.traceMessages))
        #expect(canonical(expected, Self.traceMessages) == expected)
    }

    @Test("the view reads the span that protoc encoded")
    func traceView() throws {
        let message = try #require(Self.record(in: bytes(hex: Self.trace)))
        let records = batch(.traces, scope: OTelScope("lib", version: "1"), messages: [message])
        let span = try #require(SpanBatch(records).spans.first)
        #expect(span.context.traceID.description == "0102030405060708090a0b0c0d0e0f10")
        #expect(span.context.spanID.description == "0102030405060708")
        #expect(span.context.traceFlags == [.sampled, .random])
        #expect(span.parentSpanID == nil)
        #expect(span.parentIsRemote)
        #expect(span.name == "op")
        #expect(span.kind == .server)
        #expect(span.startTime.unixNanoseconds == 1_544_712_660_000_000_000)
        #expect(span.endTime?.unixNanoseconds == 1_544_712_661_000_000_000)
        #expect(span.attributes == ["i": 0, "n": .empty, "b": false])
        #expect(span.status == .error("x"))
        #expect(span.scope == OTelScope("lib", version: "1"))
    }

    @Test("a log record recorded here is, field by field, the one that protoc encoded")
    func log() throws {
        let recording = try RecordingTelemetry()
        let span = OTelSpan(
            OTelSpanContext(traceID: OTelTraceID(high: 1, low: 1), spanID: OTelSpanID(1), traceFlags: .sampled)
        )
        recording.logger.emit(
            OTelLogRecord(
                severity: .info,
                body: ["k": [1.5, .bytes([0xff]), -1]],
                eventName: "ev",
                timestamp: OTelTimestamp(unixNanoseconds: 1),
                observedTimestamp: OTelTimestamp(unixNanoseconds: 2),
                severityText: "info",
                context: OTelContext(span: span)
            )
        )
        _ = recording.records
        var message = try #require(recording.logExporter.messages.first)
        // The vector has flags but no ids.
        for field in [[0x4a, 16] + span.traceID.bytes, [0x52, 8] + span.spanID.bytes] {
            message.removeSubrange(try #require(Self.range(of: field, in: message)))
        }
        var vector = bytes(hex: Self.log)
        let record = try #require(Self.record(in: vector))
        #expect(canonical(message, []) == canonical(record, []))
        // The vector's scope and resource are absent, ours are always written: compare inside the envelope.
        vector = Self.request(batch(.logs, messages: [message]))
        #expect(Self.record(in: vector) == message)
    }

    @Test("the view reads the log record that protoc encoded")
    func logView() throws {
        let message = try #require(Self.record(in: bytes(hex: Self.log)))
        let record = try #require(LogRecordBatch(batch(.logs, messages: [message])).logRecords.first)
        #expect(record.timestamp?.unixNanoseconds == 1)
        #expect(record.observedTimestamp.unixNanoseconds == 2)
        #expect(record.severity == .info)
        #expect(record.severityText == "info")
        #expect(record.body == ["k": [1.5, .bytes([0xff]), -1]])
        #expect(record.traceFlags == .sampled)
        #expect(record.traceID == nil && record.spanID == nil)
        #expect(record.eventName == "ev")
        #expect(record.attributes.isEmpty)
    }

    private static func request(_ batch: RecordBatch) -> [UInt8] {
        var buffer = ByteBuffer()
        OTLPRequest.encode(batch, into: &buffer)
        #expect(buffer.count == OTLPRequest.size(of: batch))
        return buffer.array()
    }

    /// The first record of a request: 1 resource group, 2 scope group, 2 record.
    static func record(in request: [UInt8]) -> [UInt8]? {
        [1, 2, 2].reduce(Optional(request)) { message, number in message.flatMap { self.field(number, in: $0) } }
    }

    static func field(_ number: Int, in message: [UInt8]) -> [UInt8]? {
        message.withUnsafeBytes { raw in
            var reader = WireReader(raw)
            while let field = reader.next() {
                if field.number == number { return field.value.bytes.map { Array($0) } }
            }
            return nil
        }
    }

    private static func range(of part: [UInt8], in message: [UInt8]) -> Range<Int>? {
        (0...max(0, message.count - part.count)).first { message[$0...].starts(with: part) }
            .map { $0..<$0 + part.count }
    }
}
