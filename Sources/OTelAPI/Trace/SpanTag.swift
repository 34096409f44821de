/// Tag bytes of the fields of a `Span`, `Span.Event`, `Span.Link` and `Status`.
@usableFromInline package enum SpanTag {
    @inlinable package static var traceID: UInt8 { 0x0a }
    @inlinable package static var spanID: UInt8 { 0x12 }
    @inlinable package static var traceState: UInt8 { 0x1a }
    @inlinable package static var parentSpanID: UInt8 { 0x22 }
    @inlinable package static var name: UInt8 { 0x2a }
    @inlinable package static var kind: UInt8 { 0x30 }
    @inlinable package static var startTime: UInt8 { 0x39 }
    @inlinable package static var endTime: UInt8 { 0x41 }
    @inlinable package static var droppedAttributes: UInt8 { 0x50 }
    @inlinable package static var event: UInt8 { 0x5a }
    @inlinable package static var droppedEvents: UInt8 { 0x60 }
    @inlinable package static var link: UInt8 { 0x6a }
    @inlinable package static var droppedLinks: UInt8 { 0x70 }
    @inlinable package static var status: UInt8 { 0x7a }
    /// Field 16: the only one of a span with a tag of two bytes.
    @inlinable package static var flags: UInt16 { 0x0185 }
}
