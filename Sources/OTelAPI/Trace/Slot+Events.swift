import COTelRuntime
public import OTelWire

// Events and links of the span in a slot that the caller has locked.
extension Slot {
    /// The present on the clock of this record: monotonic, anchored to the wall clock at the local root.
    package var wallClock: UInt64 {
        cotel_monotonic_ns() &+ UInt64(bitPattern: self.pointer.pointee.clock_offset)
    }

    /// A nested message whose attributes are being written.
    @usableFromInline struct OpenMessage {
        fileprivate let mark: Int
        fileprivate let outer: Outer
    }

    /// Writes an event up to its attributes; nil, and counted, when the span has as many as it may.
    @usableFromInline @inline(never)
    func beginEvent(_ name: String, _ time: UInt64?) -> OpenMessage? {
        let time = time ?? self.wallClock
        let limits = self.pointer.pointee.limits.unsafelyUnwrapped
        return name.withWireBytes { bytes, count in
            guard self.pointer.pointee.event_count < limits.pointee.events, let start = self.reserve(count &+ 48)
            else {
                self.pointer.pointee.events_dropped &+= 1
                return nil
            }
            self.pointer.pointee.event_count &+= 1
            let body = Wire.put16(UInt16(SpanTag.event), to: start)
            let mark = Int(self.pointer.pointee.length) &+ 2
            self.commit(Wire.putField(0x12, bytes, count, to: Wire.put64(time, to: Wire.put8(0x09, to: body))))
            return OpenMessage(mark: mark, outer: self.beginNestedAttributes(limits + 1))
        }
    }

    @usableFromInline @inline(never)
    func endEvent(_ event: OpenMessage) {
        let dropped = self.endNestedAttributes(event.outer)
        if _slowPath(dropped > 0) { self.putCount(0x20, dropped) }
        self.endMessage(event.mark)
    }

    /// A link to all-zero ids is kept when it says something else (`specification/trace/api.md`, "Link").
    package func addLink(_ link: OTelLink) {
        let context = link.context
        guard context.isValid || !link.attributes.isEmpty || !context.traceState.isEmpty else { return }
        let limits = self.pointer.pointee.limits.unsafelyUnwrapped
        guard self.pointer.pointee.link_count < limits.pointee.links,
            self.reserve(context.traceState.header.utf8.count + 96) != nil,
            let mark = self.beginMessage(SpanTag.link)
        else {
            self.pointer.pointee.links_dropped &+= 1
            return
        }
        self.pointer.pointee.link_count &+= 1
        self.commit(Self.putLinkHead(context, to: self.cursor))
        if !context.traceState.isEmpty {
            context.traceState.header.withWireBytes { _ = self.putField(0x1a, $0, $1) }
        }
        let outer = self.beginNestedAttributes(limits + 2)
        self.set(AttributeTag.link, link.attributes)
        let dropped = self.endNestedAttributes(outer)
        if dropped > 0 { self.putCount(0x28, dropped) }
        self.endMessage(mark)
    }

    private static func putLinkHead(
        _ context: OTelSpanContext,
        to start: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        var position = Wire.put16(0x100a, to: start)
        position = Wire.put64(context.traceID.high.byteSwapped, to: position)
        position = Wire.put64(context.traceID.low.byteSwapped, to: position)
        position = Wire.put64(context.spanID.value.byteSwapped, to: Wire.put16(0x0812, to: position))
        let flags = UInt32(context.traceFlags.rawValue) | 0x100 | (context.isRemote ? 0x200 : 0)
        return Wire.put32(flags, to: Wire.put8(0x35, to: position))
    }
}
