import COTelRuntime
import OTelWire

extension OTelSpan {
    /// Adds an event.
    ///
    /// Beyond the limit of events it is dropped and counted. `time` is exported as it is; by default it is the present,
    /// on the clock of the span.
    public func addEvent(_ name: String, _ attributes: OTelAttributes = [:], at time: OTelTimestamp? = nil) {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return }
        slot.addEvent(name, attributes, time?.unixNanoseconds ?? slot.wallClock)
        slot.unlock(generation: self.generation)
    }

    /// Adds an event named `exception` that describes `error`; attributes given here win over the generated ones.
    ///
    /// Does not set the status. See `specification/trace/exceptions.md`.
    public func recordException(
        _ error: any Error,
        _ attributes: OTelAttributes = [:],
        at time: OTelTimestamp? = nil
    ) {
        guard self.isRecording else { return }
        self.addEvent("exception", OTelAttributes(describing: error).merging(attributes), at: time)
    }

    /// Adds a link.
    ///
    /// Beyond the limit of links it is dropped and counted.
    public func addLink(_ context: OTelSpanContext, _ attributes: OTelAttributes = [:]) {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return }
        slot.addLink(OTelLink(context, attributes: attributes))
        slot.unlock(generation: self.generation)
    }

    /// Sets the outcome; see `OTelSpanStatus` for which change wins.
    public func setStatus(_ status: OTelSpanStatus) {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return }
        slot.setStatus(status)
        slot.unlock(generation: self.generation)
    }

    /// Replaces the name.
    ///
    /// Samplers saw the name given at the start.
    public func updateName(_ name: String) {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return }
        let length = slot.bytes.count
        // A name that does not fit leaves the old one.
        if name.withWireBytes({ slot.putField(SpanTag.name, $0, $1) }) {
            slot.removeFields(SpanTag.name, before: length)
        }
        slot.unlock(generation: self.generation)
    }

    /// What `withSpan` does with an error that leaves its closure.
    @usableFromInline
    func fail(with error: any Error) {
        guard self.isRecording else { return }
        self.recordException(error)
        self.setStatus(.error(String(describing: error)))
    }
}

extension OTelAttributes {
    /// `exception.type` and `exception.message` of an error.
    package init(describing error: any Error) {
        self = [
            "exception.type": .string(String(reflecting: type(of: error))),
            "exception.message": .string(String(describing: error)),
        ]
    }
}

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

extension Slot {
    /// The present on the clock of this record: monotonic, anchored to the wall clock at the local root.
    package var wallClock: UInt64 {
        UInt64(bitPattern: Int64(bitPattern: cotel_monotonic_ns()) &+ self.pointer.pointee.clock_offset)
    }

    private var limits: cotel_limits? { self.pointer.pointee.limits?.pointee }

    func addEvent(_ name: String, _ attributes: OTelAttributes, _ time: UInt64) {
        // Room for the fixed parts and the name first, so that a full record refuses the event as a whole.
        guard let limits, self.pointer.pointee.event_count < limits.events,
            self.reserve(name.utf8.count + 64) != nil,
            let mark = self.beginMessage(SpanTag.event)
        else {
            self.pointer.pointee.events_dropped += 1
            return
        }
        self.commit(Wire.put64(time, to: Wire.put8(0x09, to: self.cursor)))
        name.withWireBytes { _ = self.putField(0x12, $0, $1) }
        let dropped = self.putNested(0x1a, attributes, limit: limits.event_attributes)
        if dropped > 0 { self.putCount(0x20, dropped) }
        if self.endMessage(mark) {
            self.pointer.pointee.event_count += 1
        } else {
            self.pointer.pointee.events_dropped += 1
        }
    }

    private func putCount(_ tag: UInt8, _ count: Int) {
        guard let start = self.reserve(11) else { return }
        self.commit(Wire.putVarint(UInt64(count), to: Wire.put8(tag, to: start)))
    }

    /// A link to all-zero ids is kept when it says something else (`specification/trace/api.md`, "Link").
    package func addLink(_ link: OTelLink) {
        let context = link.context
        guard context.isValid || !link.attributes.isEmpty || !context.traceState.isEmpty else { return }
        guard let limits, self.pointer.pointee.link_count < limits.links,
            self.reserve(context.traceState.header.utf8.count + 96) != nil,
            let mark = self.beginMessage(SpanTag.link)
        else {
            self.pointer.pointee.links_dropped += 1
            return
        }
        self.commit(Self.putLinkHead(context, to: self.cursor))
        if !context.traceState.isEmpty {
            context.traceState.header.withWireBytes { _ = self.putField(0x1a, $0, $1) }
        }
        let dropped = self.putNested(0x22, link.attributes, limit: limits.link_attributes)
        if dropped > 0 { self.putCount(0x28, dropped) }
        if self.endMessage(mark) {
            self.pointer.pointee.link_count += 1
        } else {
            self.pointer.pointee.links_dropped += 1
        }
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

    /// Attributes inside a nested message; returns how many were dropped.
    private func putNested(_ tag: UInt8, _ attributes: OTelAttributes, limit: UInt32) -> Int {
        let encoder = ValueEncoder(self)
        var written = 0
        for (key, value) in attributes.storage where key.count > 0 && written < Int(limit) {
            guard let start = self.reserve(encoder.pairSize(key, value)) else { continue }
            self.commit(encoder.writePair(tag, key, value, to: start))
            written += 1
        }
        return attributes.storage.count - written
    }

    /// Order of precedence: ok, error, unset.
    func setStatus(_ status: OTelSpanStatus) {
        guard self.pointer.pointee.status != 1 else { return }
        switch status {
        case .unset:
            return
        case .ok:
            self.replaceStatus(code: 1, message: "")
        case .error(let message):
            self.replaceStatus(code: 2, message: message)
        }
    }

    private func replaceStatus(code: UInt32, message: String) {
        self.removeFields(SpanTag.status)
        self.pointer.pointee.status = code
        guard let mark = self.beginMessage(SpanTag.status) else { return }
        if !message.isEmpty { message.withWireBytes { _ = self.putField(0x12, $0, $1) } }
        if let start = self.reserve(2) { self.commit(Wire.put16(0x18 | UInt16(code) << 8, to: start)) }
        _ = self.endMessage(mark)
    }
}
