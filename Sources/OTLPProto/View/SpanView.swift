public import OTelAPI
import OTelWire

/// A finished span, read lazily from its OTLP bytes.
///
/// Each property walks the record: read it once and keep the result. A view may be kept as long as you like; it keeps
/// the memory of its batch alive.
public struct SpanView: Sendable {
    private let record: RecordView

    package init(_ record: RecordView) {
        self.record = record
    }

    /// The ids, flags and trace state of the span.
    public var context: OTelSpanContext {
        OTelSpanContext(
            traceID: self.record.last(1)?.bytes.flatMap { OTelTraceID(bytes: $0) } ?? .invalid,
            spanID: self.record.last(2)?.bytes.flatMap { OTelSpanID(bytes: $0) } ?? .invalid,
            traceFlags: OTelTraceFlags(rawValue: UInt8(truncatingIfNeeded: self.flags)),
            traceState: OTelTraceState(validHeader: self.record.last(3)?.string ?? "")
        )
    }

    /// The parent span's id; nil for a root.
    public var parentSpanID: OTelSpanID? { self.record.last(4)?.bytes.flatMap { OTelSpanID(bytes: $0) } }

    /// Whether the parent is in another process.
    public var parentIsRemote: Bool { self.flags & 0x200 != 0 }

    /// The latest name.
    public var name: String { self.record.last(5)?.string ?? "" }

    /// The role of the span.
    public var kind: OTelSpanKind {
        self.record.last(6)?.varint.flatMap { OTelSpanKind(rawValue: UInt8(truncatingIfNeeded: $0)) } ?? .internal
    }

    /// When it began.
    public var startTime: OTelTimestamp { OTelTimestamp(unixNanoseconds: self.record.last(7)?.fixed64 ?? 0) }

    /// When it ended; nil in the view of a span that has only begun.
    public var endTime: OTelTimestamp? {
        self.record.last(8)?.fixed64.map { OTelTimestamp(unixNanoseconds: $0) }
    }

    /// What describes it, in the order of the last writes.
    public var attributes: OTelAttributes { ValueDecoder.attributes(self.record.message, number: 9) }

    /// Attributes beyond the limits.
    public var droppedAttributeCount: Int { Int(clamping: self.record.last(10)?.varint ?? 0) }

    /// What happened during it.
    public var events: [Event] { self.record.all(11).map(Event.init) }

    /// Events beyond the limit.
    public var droppedEventCount: Int { Int(clamping: self.record.last(12)?.varint ?? 0) }

    /// Other spans it refers to.
    public var links: [OTelLink] { self.record.all(13).map(Self.link) }

    /// Links beyond the limit.
    public var droppedLinkCount: Int { Int(clamping: self.record.last(14)?.varint ?? 0) }

    /// The outcome.
    public var status: OTelSpanStatus {
        guard let bytes = self.record.last(15)?.bytes else { return .unset }
        var message = ""
        var code: UInt64 = 0
        var reader = WireReader(bytes)
        while let field = reader.next() {
            if field.number == 2 { message = field.value.string ?? "" }
            if field.number == 3 { code = field.value.varint ?? 0 }
        }
        return code == 2 ? .error(message) : code == 1 ? .ok : .unset
    }

    /// The library that recorded it.
    public var scope: OTelScope { self.record.group.scope.scope }

    /// The attributes of the resource that recorded it.
    public var resource: OTelAttributes { self.record.resource.attributes }

    private var flags: UInt32 { self.record.last(16)?.fixed32 ?? 0 }

    private static func link(_ bytes: UnsafeRawBufferPointer) -> OTelLink {
        var traceID = OTelTraceID.invalid
        var spanID = OTelSpanID.invalid
        var state = ""
        var flags: UInt32 = 0
        var reader = WireReader(bytes)
        while let field = reader.next() {
            switch field.number {
            case 1: traceID = field.value.bytes.flatMap { OTelTraceID(bytes: $0) } ?? traceID
            case 2: spanID = field.value.bytes.flatMap { OTelSpanID(bytes: $0) } ?? spanID
            case 3: state = field.value.string ?? ""
            case 6: flags = field.value.fixed32 ?? 0
            default: ()
            }
        }
        let context = OTelSpanContext(
            traceID: traceID,
            spanID: spanID,
            traceFlags: OTelTraceFlags(rawValue: UInt8(truncatingIfNeeded: flags)),
            traceState: OTelTraceState(validHeader: state),
            isRemote: flags & 0x200 != 0
        )
        return OTelLink(context, attributes: ValueDecoder.attributes(bytes, number: 4))
    }

    /// Something that happened at one moment of a span.
    public struct Event: Sendable, Hashable {
        /// When.
        public let time: OTelTimestamp
        /// What.
        public let name: String
        /// What else is known.
        public let attributes: OTelAttributes
        /// Attributes beyond the limit.
        public let droppedAttributeCount: Int

        init(_ bytes: UnsafeRawBufferPointer) {
            var time: UInt64 = 0
            var name = ""
            var dropped: UInt64 = 0
            var reader = WireReader(bytes)
            while let field = reader.next() {
                switch field.number {
                case 1: time = field.value.fixed64 ?? 0
                case 2: name = field.value.string ?? ""
                case 4: dropped = field.value.varint ?? 0
                default: ()
                }
            }
            self.time = OTelTimestamp(unixNanoseconds: time)
            self.name = name
            self.attributes = ValueDecoder.attributes(bytes, number: 3)
            self.droppedAttributeCount = Int(clamping: dropped)
        }
    }
}
