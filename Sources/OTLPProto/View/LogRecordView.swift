public import OTelAPI
import OTelWire

/// A log record, read lazily from its OTLP bytes.
///
/// Each property walks the record: read it once and keep the result. A view may be kept as long as you like; it keeps
/// the memory of its batch alive.
public struct LogRecordView: Sendable {
    private let record: RecordView

    package init(_ record: RecordView) {
        self.record = record
    }

    /// When it happened; nil when only the observation is known.
    public var timestamp: OTelTimestamp? {
        self.record.last(1)?.fixed64.flatMap { $0 == 0 ? nil : OTelTimestamp(unixNanoseconds: $0) }
    }

    /// When it was seen.
    public var observedTimestamp: OTelTimestamp {
        OTelTimestamp(unixNanoseconds: self.record.last(11)?.fixed64 ?? 0)
    }

    /// How serious it is.
    public var severity: OTelSeverity {
        self.record.last(2)?.varint.flatMap { OTelSeverity(rawValue: UInt8(truncatingIfNeeded: $0)) } ?? .unspecified
    }

    /// The level's name in the source's own terms; empty when there is none.
    public var severityText: String { self.record.last(3)?.string ?? "" }

    /// What happened; empty when the record has no body.
    public var body: OTelValue { self.record.last(5)?.bytes.map { ValueDecoder.value($0) } ?? .empty }

    /// What else is known.
    public var attributes: OTelAttributes { ValueDecoder.attributes(self.record.message, number: 6) }

    /// Attributes beyond the limits.
    public var droppedAttributeCount: Int { Int(clamping: self.record.last(7)?.varint ?? 0) }

    /// The flags of the span that was current.
    public var traceFlags: OTelTraceFlags {
        OTelTraceFlags(rawValue: UInt8(truncatingIfNeeded: self.record.last(8)?.fixed32 ?? 0))
    }

    /// The trace of the span that was current.
    public var traceID: OTelTraceID? { self.record.last(9)?.bytes.flatMap { OTelTraceID(bytes: $0) } }

    /// The span that was current.
    public var spanID: OTelSpanID? { self.record.last(10)?.bytes.flatMap { OTelSpanID(bytes: $0) } }

    /// The kind of event; empty for a plain log record.
    public var eventName: String { self.record.last(12)?.string ?? "" }

    /// The library that recorded it.
    public var scope: OTelScope { self.record.group.scope.scope }

    /// The attributes of the resource that recorded it.
    public var resource: OTelAttributes { self.record.resource.attributes }
}
