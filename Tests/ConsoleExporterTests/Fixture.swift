import OTLPProto
import OTelAPI
import OTelSDK
import OTelWire

@testable import ConsoleExporter

/// Items with ids and times of the test's choosing, put together as the wire has them.
enum Fixture {
    static let trace = OTelTraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736)
    static let otherTrace = OTelTraceID(high: 0x0af7_6519_16cd_43dd, low: 0x8448_eb21_1c80_319c)
    static let span = OTelSpanID(0x00f0_67aa_0ba9_02b7)
    static let child = OTelSpanID(0xb7ad_6b71_6920_3331)
    /// 2026-03-01T09:41:00.123456789Z.
    static let noon: UInt64 = 1_772_358_060_123_456_789

    /// One record with its kind and scope.
    struct Item {
        var kind: RecordKind
        var message: [UInt8]
        var scope: OTelScope
    }

    static func time(after nanoseconds: Int) -> UInt64 {
        UInt64(Int(self.noon) + nanoseconds)
    }

    struct Span {
        var trace = Fixture.trace
        var id = Fixture.span
        var parent: OTelSpanID?
        var name = "checkout"
        var kind = OTelSpanKind.internal
        var start = 0
        var end: Int?
        var attributes: OTelAttributes = [:]
        var events: [(at: Int, name: String, attributes: OTelAttributes)] = []
        var links: [OTelLink] = []
        var status = OTelSpanStatus.unset
        var traceState = ""
        var drops = 0
        var scope = OTelScope("payment", version: "1.0")

        /// The item that tells of its beginning, or of its end when there is one.
        var item: Item {
            Item(kind: self.end == nil ? .spanStart : .span, message: self.message, scope: self.scope)
        }

        private var message: [UInt8] {
            var buffer = ByteBuffer()
            buffer.bytesField(0x0a, self.trace.bytes)
            buffer.bytesField(0x12, self.id.bytes)
            if !self.traceState.isEmpty { buffer.stringField(0x1a, self.traceState) }
            if let parent { buffer.bytesField(0x22, parent.bytes) }
            buffer.stringField(0x2a, self.name)
            buffer.varintField(0x30, UInt64(self.kind.rawValue))
            buffer.fixed64Field(0x39, Fixture.time(after: self.start))
            if let end { buffer.fixed64Field(0x41, Fixture.time(after: end)) }
            buffer.attributes(0x4a, self.attributes)
            for event in self.events {
                buffer.message(0x5a) { buffer in
                    buffer.fixed64Field(0x09, Fixture.time(after: event.at))
                    buffer.stringField(0x12, event.name)
                    buffer.attributes(0x1a, event.attributes)
                }
            }
            for link in self.links {
                buffer.message(0x6a) { buffer in
                    buffer.bytesField(0x0a, link.context.traceID.bytes)
                    buffer.bytesField(0x12, link.context.spanID.bytes)
                    buffer.attributes(0x22, link.attributes)
                }
            }
            self.putOutcome(&buffer)
            return buffer.array()
        }

        private func putOutcome(_ buffer: inout ByteBuffer) {
            if self.drops > 0 { buffer.varintField(0x50, UInt64(self.drops)) }
            switch self.status {
            case .unset: ()
            case .ok: buffer.message(0x7a) { $0.varintField(0x18, 1) }
            case .error(let message):
                buffer.message(0x7a) { buffer in
                    buffer.stringField(0x12, message)
                    buffer.varintField(0x18, 2)
                }
            }
            buffer.append([0x85, 0x01, 0x01, 0x01, 0x00, 0x00])  // field 16, fixed32: sampled
        }
    }

    struct Log {
        var at: Int? = 0
        var observed = 0
        var severity = OTelSeverity.info
        var severityText = ""
        var body: OTelValue = .empty
        var attributes: OTelAttributes = [:]
        var eventName = ""
        var trace: OTelTraceID?
        var span: OTelSpanID?
        var scope = OTelScope("payment")

        var item: Item { Item(kind: .logRecord, message: self.message, scope: self.scope) }

        private var message: [UInt8] {
            var buffer = ByteBuffer()
            if let at { buffer.fixed64Field(0x09, Fixture.time(after: at)) }
            buffer.varintField(0x10, UInt64(self.severity.rawValue))
            if !self.severityText.isEmpty { buffer.stringField(0x1a, self.severityText) }
            self.putBody(&buffer)
            buffer.attributes(0x32, self.attributes)
            buffer.append([0x45, 0x01, 0x00, 0x00, 0x00])  // field 8, fixed32: sampled
            if let trace { buffer.bytesField(0x4a, trace.bytes) }
            if let span { buffer.bytesField(0x52, span.bytes) }
            buffer.fixed64Field(0x59, Fixture.time(after: self.observed))
            if !self.eventName.isEmpty { buffer.stringField(0x62, self.eventName) }
            return buffer.array()
        }

        /// The value of a `KeyValue` is laid out like a body: borrow the encoder of attributes.
        private func putBody(_ buffer: inout ByteBuffer) {
            guard self.body != .empty else { return }
            var pair = ByteBuffer()
            pair.attributes(0x0a, ["k": self.body])
            let bytes = pair.array()
            bytes.withUnsafeBytes { raw in
                var reader = WireReader(raw)
                guard let message = reader.next()?.value.bytes else { return }
                var fields = WireReader(message)
                while let field = fields.next() {
                    if field.number == 2, let value = field.value.bytes { buffer.bytesField(0x2a, Array(value)) }
                }
            }
        }
    }

    static let resource: OTelAttributes = [
        "service.name": "shop", "service.version": "2.1", "host.name": "h1", "process.pid": 42,
    ]

    static func batch(_ items: [Item]) -> RecordBatch {
        var batch = RecordBatch(signal: .traces, resource: EncodedResource(attributes: self.resource, schemaURL: nil))
        for item in items {
            var field = ByteBuffer()
            field.bytesField(0x12, item.message)
            let bytes = field.array()
            let chunk = Chunk(capacity: bytes.count)
            bytes.withUnsafeBytes { raw in
                if let base = raw.baseAddress { chunk.base.copyMemory(from: base, byteCount: raw.count) }
            }
            batch.add(
                UnsafeRawBufferPointer(start: chunk.base, count: bytes.count),
                in: chunk,
                kind: item.kind,
                scopeID: UInt32(truncatingIfNeeded: item.scope.hashValue),
                scope: { _ in EncodedScope(item.scope) }
            )
        }
        return batch
    }

    /// What a console shows of the items, the format's memory starting empty.
    static func render(_ format: ConsoleFormat, colors: ConsoleColors = .never, _ items: Item...) -> String {
        self.render(format, colors: colors, items)
    }

    static func render(_ format: ConsoleFormat, colors: ConsoleColors = .never, _ items: [Item]) -> String {
        let text = Collected()
        let output = ConsoleOutput.custom { text.append($0) }
        let exporter = LineExporter(ConsoleSettings(format: format, colors: colors, output: output))
        _ = try? exporter.export(StreamBatch(self.batch(items)), by: .never)
        return text.value
    }
}
