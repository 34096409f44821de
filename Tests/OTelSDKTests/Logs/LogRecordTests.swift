import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Log records")
struct LogRecordTests {
    struct Failure: Error, CustomStringConvertible {
        var description: String { "it broke" }
    }

    @Test("a message has its severity, times, scope and resource", .matrix(155, 156, 159, 163, 171))
    func message() throws {
        let recording = try RecordingTelemetry()
        let before = OTelTimestamp.now.unixNanoseconds
        let logger = recording.telemetry.logger("lib", version: "1", schemaURL: "https://s/1", attributes: ["k": 1])
        logger.info("hello", ["a": 1, "list": ["x"]])
        let record = try #require(recording.records.first)
        let tolerance: UInt64 = 200_000_000
        #expect(record.body == "hello")
        #expect(record.severity == .info)
        #expect(record.severityText == "")
        #expect(record.attributes == ["a": 1, "list": ["x"]])
        #expect(record.eventName == "")
        #expect(record.observedTimestamp.unixNanoseconds + tolerance >= before)
        #expect(record.observedTimestamp.unixNanoseconds <= OTelTimestamp.now.unixNanoseconds + tolerance)
        #expect(record.timestamp == record.observedTimestamp)
        #expect(record.scope == OTelScope("lib", version: "1", schemaURL: "https://s/1", attributes: ["k": 1]))
        #expect(record.resource["service.name"] == "test")
        #expect(record.droppedAttributeCount == 0)
    }

    @Test("each method has the severity of its name")
    func severities() throws {
        let recording = try RecordingTelemetry()
        let logger = recording.logger
        logger.trace("x")
        logger.debug("x")
        logger.info("x")
        logger.warn("x")
        logger.error("x")
        logger.fatal("x")
        logger.log(.unspecified, "x")
        #expect(recording.records.map(\.severity.rawValue) == [1, 5, 9, 13, 17, 21, 0])
    }

    @Test("all that a record says is exported", .matrix(159, 161))
    func everything() throws {
        let recording = try RecordingTelemetry()
        recording.logger.emit(
            OTelLogRecord(
                severity: .warn,
                body: ["k": [1, .bytes([255]), nil]],
                attributes: ["a": 1],
                eventName: "order.placed",
                timestamp: OTelTimestamp(unixNanoseconds: 1),
                observedTimestamp: OTelTimestamp(unixNanoseconds: 2),
                severityText: "notice"
            )
        )
        let record = try #require(recording.records.first)
        #expect(record.severity == .warn)
        #expect(record.severityText == "notice")
        #expect(record.body == ["k": [1, .bytes([255]), nil]])
        #expect(record.attributes == ["a": 1])
        #expect(record.eventName == "order.placed")
        #expect(record.timestamp?.unixNanoseconds == 1)
        #expect(record.observedTimestamp.unixNanoseconds == 2)
    }

    @Test("an empty record is observed now and says nothing else")
    func nothing() throws {
        let recording = try RecordingTelemetry()
        let before = OTelTimestamp.now
        recording.logger.emit(OTelLogRecord())
        let record = try #require(recording.records.first)
        #expect(record.timestamp == nil)
        #expect(record.observedTimestamp >= before)
        #expect(record.body == .empty)
        #expect(record.severity == .unspecified)
        #expect(record.attributes.isEmpty)
        #expect(record.traceID == nil && record.spanID == nil)
    }

    @Test(
        "a body may have any shape",
        arguments: ["", "text", 0, 1.5, false, .bytes([]), .bytes([1]), [], [1, [2, nil]], [:], ["a": ["b": 1]]]
            as [OTelValue]
    )
    func body(_ body: OTelValue) throws {
        let recording = try RecordingTelemetry {
            $0.logRecordLimits.attributeValueLength = 1
            $0.logRecordLimits.attributeValueDepth = 1
        }
        recording.logger.emit(OTelLogRecord(body: body))
        #expect(recording.records.map(\.body) == [body])
    }

    @Test("an error becomes attributes, and those of the caller win", .matrix(160))
    func error() throws {
        let recording = try RecordingTelemetry()
        recording.logger.error("x", error: Failure())
        recording.logger.error("x", ["exception.message": "mine", "a": 1], error: Failure())
        recording.logger.emit(OTelLogRecord(attributes: ["exception.type": "mine"], error: Failure()))
        let records = recording.records
        try #require(records.count == 3)
        #expect(records[0].attributes["exception.message"] == "it broke")
        #expect(records[0].attributes["exception.type"]?.description.hasSuffix("Failure") == true)
        #expect(records[1].attributes["exception.message"] == "mine")
        #expect(records[1].attributes["a"] == 1)
        #expect(records[1].attributes.count == 3)
        #expect(records[2].attributes["exception.type"] == "mine")
        #expect(records[2].attributes["exception.message"] == "it broke")
    }

    @Test("the current span is the record's, whether it records or not", .matrix(172))
    func correlation() throws {
        let recording = try RecordingTelemetry()
        let remote = OTelSpan(
            OTelSpanContext(
                traceID: OTelTraceID(high: 1, low: 2),
                spanID: OTelSpanID(3),
                traceFlags: .random,
                isRemote: true
            )
        )
        let span = recording.tracer.withSpan("x", parent: .root) { span in
            recording.logger.info("inside")
            recording.logger.emit(OTelLogRecord(body: "elsewhere", context: OTelContext(span: remote)))
            recording.logger.emit(OTelLogRecord(body: "nowhere", context: .root))
            return span
        }
        OTelContext.withValue(OTelContext(span: span)) { recording.logger.info("after the end") }
        OTelContext.withValue(.root) { recording.logger.info("outside") }
        let records = recording.records
        #expect(records.map(\.traceID) == [span.traceID, remote.traceID, nil, span.traceID, nil])
        #expect(records.map(\.spanID) == [span.spanID, remote.spanID, nil, span.spanID, nil])
        #expect(records.map(\.traceFlags) == [[.sampled, .random], .random, [], [.sampled, .random], []])
    }

    @Test("limits count and cut attributes, never the body", .matrix(60))
    func limits() throws {
        let recording = try RecordingTelemetry {
            $0.logRecordLimits.attributes = 2
            $0.logRecordLimits.attributeValueLength = 2
            $0.logRecordLimits.attributeValueDepth = 1
        }
        recording.logger.info("a long message", ["a": "abc", "b": [[1]], "c": 1, "d": 1])
        let record = try #require(recording.records.first)
        #expect(record.body == "a long message")
        #expect(record.attributes == ["a": "ab", "b": [.empty]])
        #expect(record.droppedAttributeCount == 2)
    }

    @Test("a record with far too many attributes keeps 128, and 10 MB of text is dropped and counted")
    func hostile() throws {
        let recording = try RecordingTelemetry()
        let many = OTelAttributes((0..<100_000).map { (key: "k\($0)", value: OTelValue.int($0)) })
        recording.logger.info("many", many)
        recording.logger.info(String(repeating: "x", count: 10_000_000))
        recording.logger.info("attribute", ["huge": .string(String(repeating: "x", count: 10_000_000)), "a": 1])
        recording.logger.info("", ["": 1, "nan": .double(.nan)])
        let records = recording.records
        #expect(records.map(\.attributes.count) == [128, 1, 1])
        #expect(records.map(\.droppedAttributeCount) == [100_000 - 128, 1, 1])
        #expect(recording.logStatistics.dropped.tooLarge == 1)
        #expect(recording.logStatistics.accepted == 4)
    }

    @Test("attributes that leave no room for the end of the record are dropped, not the record")
    func fullToTheBrim() throws {
        let recording = try RecordingTelemetry { $0.logRecordLimits.encodedBytes = 4096 }
        OTelContext.withValue(
            OTelContext(
                span: OTelSpan(
                    OTelSpanContext(
                        traceID: OTelTraceID(high: 1, low: 1),
                        spanID: OTelSpanID(1)
                    )
                )
            )
        ) {
            for length in stride(from: 3_900, through: 4_090, by: 10) {
                recording.logger.info("x", ["a": .string(String(repeating: "y", count: length))])
            }
        }
        #expect(recording.records.count == 20)
        #expect(recording.logStatistics.dropped.total == 0)
    }
}
