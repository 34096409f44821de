import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire
import Synchronization
import TestSupport
import Testing

@Suite("Export requests")
struct OTLPRequestTests {
    private static func request(_ batch: RecordBatch) -> [UInt8] {
        var buffer = ByteBuffer(capacity: 16)
        buffer.append([0xee])
        OTLPRequest.encode(batch, into: &buffer)
        #expect(buffer.count == 1 + OTLPRequest.size(of: batch))
        return Array(buffer.array().dropFirst())
    }

    @Test("schema URLs of resource and scope stand in the groups of spans", .matrix(257))
    func schemaOfSpans() throws {
        try Self.checkSchemas { telemetry in
            telemetry.tracer("a", schemaURL: "https://scope/1").startSpan("x", parent: .root).end()
            telemetry.tracer("b").startSpan("x", parent: .root).end()
        }
    }

    @Test("schema URLs of resource and scope stand in the groups of log records", .matrix(259))
    func schemaOfLogRecords() throws {
        try Self.checkSchemas { telemetry in
            telemetry.logger("a", schemaURL: "https://scope/1").info("x")
            telemetry.logger("b").info("x")
        }
    }

    /// Records through a whole SDK and reads the request that an OTLP exporter would send.
    private static func checkSchemas(_ record: (Telemetry) -> Void) throws {
        let exporter = EncodingExporter()
        let telemetry = try Telemetry(
            Config(
                serviceName: "test",
                resourceSchemaURL: "https://resource/1",
                sinks: [TraceSink(.custom("x", exporter)), LogSink(.custom("y", exporter))]
            )
        )
        record(telemetry)
        telemetry.shutdownBlocking()
        let requests = exporter.requests
        #expect(requests.count == 1)
        let request = try #require(requests.first)
        let resourceGroup = try #require(GoldenVectorTests.field(1, in: request))
        #expect(GoldenVectorTests.field(3, in: resourceGroup) == Array("https://resource/1".utf8))
        let scopes = Self.fields(2, in: resourceGroup)
        #expect(scopes.count == 2)
        #expect(scopes.map { GoldenVectorTests.field(3, in: $0) } == [Array("https://scope/1".utf8), nil])
        #expect(scopes.map { GoldenVectorTests.field(1, in: $0) } == [[0x0a, 1, 0x61], [0x0a, 1, 0x62]])
        #expect(scopes.map { Self.fields(2, in: $0).count } == [1, 1])
    }

    static func fields(_ number: Int, in message: [UInt8]) -> [[UInt8]] {
        message.withUnsafeBytes { raw in
            var reader = WireReader(raw)
            var found: [[UInt8]] = []
            while let field = reader.next() {
                if field.number == number, let bytes = field.value.bytes { found.append(Array(bytes)) }
            }
            return found
        }
    }

    @Test("records of one scope stand together, in their order, however they came")
    func grouping() throws {
        let recording = try RecordingTelemetry()
        let tracers = ["a", "b", "c"].map { recording.telemetry.tracer($0) }
        for index in 0..<9 { tracers[index % 3].startSpan("\(index)", parent: .root).end() }
        #expect(recording.spans.map(\.name) == ["0", "3", "6", "1", "4", "7", "2", "5", "8"])
        #expect(recording.spans.map(\.scope.name) == ["a", "a", "a", "b", "b", "b", "c", "c", "c"])
    }

    @Test("an encoded request has its records and nothing else", arguments: [0, 1, 127, 128, 20_000])
    func envelope(size: Int) throws {
        let message = [0x2a] + Self.length(size) + Array(repeating: UInt8(0x61), count: size)
        let records = batch(
            .traces,
            resource: EncodedResource(attributes: ["service.name": "s", "": 1], schemaURL: ""),
            scope: OTelScope("lib", version: "", schemaURL: "", attributes: ["a": 1, "": 2]),
            messages: [message, message]
        )
        let request = Self.request(records)
        let resourceGroup = try #require(GoldenVectorTests.field(1, in: request))
        #expect(Self.numbers(request) == [1])
        #expect(Self.numbers(resourceGroup) == [1, 2])
        let resource = try #require(GoldenVectorTests.field(1, in: resourceGroup))
        #expect(Self.fields(1, in: resource).count == 1)
        let scopeGroup = try #require(GoldenVectorTests.field(2, in: resourceGroup))
        #expect(Self.numbers(scopeGroup) == [1, 2, 2])
        let scope = try #require(GoldenVectorTests.field(1, in: scopeGroup))
        #expect(Self.numbers(scope) == [1, 3])
        #expect(Self.fields(2, in: scopeGroup) == [message, message])
        #expect(records.itemCount == 2)
    }

    private static func length(_ count: Int) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.append(atMost: 10) { Wire.putLength(count, to: $0) }
        return buffer.array()
    }

    private static func numbers(_ message: [UInt8]) -> [Int] {
        message.withUnsafeBytes { raw in
            var reader = WireReader(raw)
            var numbers: [Int] = []
            while let field = reader.next() { numbers.append(field.number) }
            #expect(!reader.isMalformed)
            return numbers
        }
    }
}

/// Encodes what it gets as an OTLP exporter does.
private final class EncodingExporter: SpanExporter, LogRecordExporter {
    private let encoded = Mutex<[[UInt8]]>([])

    var requests: [[UInt8]] { self.encoded.withLock { $0 } }

    func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        self.encode(batch.records)
    }

    func export(_ batch: LogRecordBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        self.encode(batch.records)
    }

    private func encode(_ records: RecordBatch) -> ExportResult {
        var buffer = ByteBuffer()
        OTLPRequest.encode(records, into: &buffer)
        let bytes = buffer.array()
        self.encoded.withLock { $0.append(bytes) }
        return .success
    }
}
