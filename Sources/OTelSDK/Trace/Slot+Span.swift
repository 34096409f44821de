import COTelRuntime
import OTelAPI
import OTelWire

extension Slot {
    /// Makes the slot an empty record of `backend`.
    @inline(__always)
    func prepare(_ backend: OTelTracerBackend, limits: UnsafePointer<cotel_limits>, _ draft: SpanDraft) {
        self.pointer.pointee.length = 0
        self.pointer.pointee.bloom = 0
        self.pointer.pointee.attribute_count = 0
        self.pointer.pointee.attributes_dropped = 0
        self.pointer.pointee.event_count = 0
        self.pointer.pointee.events_dropped = 0
        self.pointer.pointee.link_count = 0
        self.pointer.pointee.links_dropped = 0
        self.pointer.pointee.status = 0
        self.pointer.pointee.sinks = UInt32(truncatingIfNeeded: draft.sinks)
        self.pointer.pointee.flags = draft.wireFlags
        self.pointer.pointee.limits = limits
        cotel_slot_set_backend(self.pointer, Unmanaged.passUnretained(backend).toOpaque())
    }

    /// The sinks that take the span: none once a processor dropped it.
    var takingSinks: UInt32 {
        let sinks = self.pointer.pointee.sinks
        return sinks & SpanMark.dropped == 0 ? sinks & SpanMark.sinks : 0
    }

    /// Keeps a locked span from every sink; which of them sampled it stays known.
    func drop() {
        self.pointer.pointee.sinks |= SpanMark.dropped
    }

    /// Whether attributes, events or links were dropped.
    @inline(__always)
    var hasDrops: Bool {
        let slot = self.pointer
        return slot.pointee.attributes_dropped | slot.pointee.events_dropped | slot.pointee.links_dropped != 0
    }

    /// A reading of the monotonic clock as Unix nanoseconds on the clock of this record.
    @inline(__always)
    func wall(_ monotonic: UInt64) -> UInt64 {
        monotonic &+ UInt64(bitPattern: self.pointer.pointee.clock_offset)
    }

    /// Ids, kind and start time of an empty record; they fit any block.
    @inline(__always)
    func putSpanHead(_ draft: SpanDraft, _ kind: OTelSpanKind, time: UInt64) {
        var position = Wire.put16(0x100a, to: UnsafeMutableRawPointer(self.pointer.pointee.buffer))
        position = Wire.put64(draft.traceHigh.byteSwapped, to: position)
        position = Wire.put64(draft.traceLow.byteSwapped, to: position)
        position = Wire.put64(draft.id.byteSwapped, to: Wire.put16(0x0812, to: position))
        if draft.parent.isValid {
            position = Wire.put64(draft.parent.id.byteSwapped, to: Wire.put16(0x0822, to: position))
        }
        position = Wire.put16(UInt16(SpanTag.kind) | UInt16(kind.rawValue) &<< 8, to: position)
        self.commit(Wire.put64(time, to: Wire.put8(SpanTag.startTime, to: position)))
    }

    /// The trace state of a ticket, which may be the parent's.
    @inline(never)
    func putTraceState(_ ticket: UInt64, parent: OTelSpan) {
        self.putTraceState(TraceStateTable.stateIfKept(ticket) ?? parent.traceState)
    }

    func putTraceState(_ state: OTelTraceState) {
        state.header.withWireBytes { bytes, count in
            if count > 0 { _ = self.putField(SpanTag.traceState, bytes, count) }
        }
    }
}

/// Bits of a record's `sinks` above those of the sinks.
enum SpanMark {
    /// The sinks themselves.
    static let sinks: UInt32 = 0xffff
    /// Processors, filters or additions of samplers wait for the span's end.
    static let special: UInt32 = 0x1_0000
    /// The span is in the hands of `onEnding`.
    static let ending: UInt32 = 0x2_0000
    /// A processor keeps the span from the sinks.
    static let dropped: UInt32 = 0x4_0000
}

/// The fields of a span that are known at its end.
struct SpanTail {
    private let end: UInt64
    private let hasEnd: Bool
    private let flags: UInt32
    private let droppedAttributes: UInt32
    private let droppedEvents: UInt32
    private let droppedLinks: UInt32
    let hasDrops: Bool

    /// `end` is in Unix nanoseconds; 0 leaves the field out.
    @inline(__always)
    init(_ slot: Slot, end: UInt64) {
        self.end = end
        self.hasEnd = end != 0
        self.flags = slot.pointer.pointee.flags
        self.droppedAttributes = slot.pointer.pointee.attributes_dropped
        self.droppedEvents = slot.pointer.pointee.events_dropped
        self.droppedLinks = slot.pointer.pointee.links_dropped
        self.hasDrops = slot.hasDrops
    }

    /// The tail of a span that has ended and that nothing was dropped from.
    @inline(__always)
    init(plain slot: Slot, end: UInt64) {
        self.end = end
        self.hasEnd = true
        self.flags = slot.pointer.pointee.flags
        self.droppedAttributes = 0
        self.droppedEvents = 0
        self.droppedLinks = 0
        self.hasDrops = false
    }

    @inline(__always)
    var size: Int {
        let fixed = 6 &+ (self.hasEnd ? 9 : 0)
        return _fastPath(!self.hasDrops) ? fixed : fixed &+ self.dropsSize
    }

    @inline(never)
    private var dropsSize: Int {
        [self.droppedAttributes, self.droppedEvents, self.droppedLinks].reduce(0) {
            $1 == 0 ? $0 : $0 + 1 + Wire.varintSize(UInt64($1))
        }
    }

    @inline(__always)
    func write(to start: UnsafeMutableRawPointer) {
        var position = start
        if self.hasEnd { position = Wire.put64(self.end, to: Wire.put8(SpanTag.endTime, to: position)) }
        position = Wire.put32(self.flags, to: Wire.put16(SpanTag.flags, to: position))
        if _slowPath(self.hasDrops) { self.writeDrops(to: position) }
    }

    @inline(never)
    private func writeDrops(to start: UnsafeMutableRawPointer) {
        var position = start
        for (tag, count) in [
            (SpanTag.droppedAttributes, self.droppedAttributes),
            (SpanTag.droppedEvents, self.droppedEvents),
            (SpanTag.droppedLinks, self.droppedLinks),
        ] where count > 0 {
            position = Wire.putVarint(UInt64(count), to: Wire.put8(tag, to: position))
        }
    }
}
