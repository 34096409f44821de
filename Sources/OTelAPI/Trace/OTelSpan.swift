import COTelRuntime
public import OTelWire

/// A handle to one span.
///
/// Plain data: copying, capturing and sending a handle costs no reference count. Calls go to the span as long as it is
/// recording; on an ended, unsampled or invalid span they do nothing. Any thread or task may call at any time.
///
/// Prefer attributes and links at creation (`OTelTracer.startSpan(_:attributes:links:)`): samplers see only those.
@frozen public struct OTelSpan: Sendable {
    @usableFromInline package let traceHigh: UInt64
    @usableFromInline package let traceLow: UInt64
    @usableFromInline package let id: UInt64
    @usableFromInline package let slot: Slot?
    /// Generation of the slot << 8 | flags.
    @usableFromInline package let meta: UInt64
    /// Ticket of the trace state << 24 | the SDK that started the span << 16 | bit mask of its sinks that take it.
    @usableFromInline package let extra: UInt64

    @inlinable @inline(__always)
    package init(traceHigh: UInt64, traceLow: UInt64, id: UInt64, slot: Slot?, meta: UInt64, extra: UInt64) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.id = id
        self.slot = slot
        self.meta = meta
        self.extra = extra
    }

    /// A span that records nothing and carries `context`: for propagators and for parents received by other means.
    public init(_ context: OTelSpanContext) {
        self.init(
            traceHigh: context.traceID.high,
            traceLow: context.traceID.low,
            id: context.spanID.value,
            slot: nil,
            meta: UInt64(context.traceFlags.rawValue & Self.w3cFlags) | (context.isRemote ? Self.remoteFlag : 0),
            extra: TraceStateTable.insert(context.traceState) << 24
        )
    }

    /// No span.
    @inlinable @inline(__always)
    public static var invalid: OTelSpan {
        OTelSpan(traceHigh: 0, traceLow: 0, id: 0, slot: nil, meta: 0, extra: 0)
    }

    /// The span that is current in this task, or on this thread outside of tasks; `invalid` when there is none.
    public static var current: OTelSpan { CurrentContext.span }

    @usableFromInline package static var w3cFlags: UInt8 { 0x03 }
    @inlinable package static var remoteFlag: UInt64 { 0x80 }
    /// Set on the current span of a context in which nothing is recorded.
    @inlinable package static var suppressedFlag: UInt64 { 0x40 }

    @inlinable @inline(__always)
    package var traceStateTicket: UInt64 { self.extra &>> 24 }

    /// The number of the SDK that started the span, from 1 to 255; 0 for a context from elsewhere.
    @inlinable @inline(__always)
    package var owner: UInt64 { self.extra &>> 16 & 0xff }

    /// Bit mask of the owner's sinks that take the span.
    @inlinable @inline(__always)
    package var sinks: UInt64 { self.extra & 0xffff }

    @inlinable @inline(__always)
    package var generation: UInt64 { self.meta &>> 8 }

    /// Whether nothing is recorded in the context that this is the span of.
    @inlinable @inline(__always)
    package var isSuppressed: Bool { self.meta & Self.suppressedFlag != 0 }

    /// Whether both ids are set.
    @inlinable @inline(__always)
    public var isValid: Bool { self.id != 0 && self.traceHigh | self.traceLow != 0 }

    /// Whether the span, recorded here or elsewhere, is sampled.
    @inlinable @inline(__always)
    package var isSampled: Bool { self.meta & UInt64(OTelTraceFlags.sampled.rawValue) != 0 && self.isValid }

    /// Whether calls still reach the span: it was sampled or is recorded, and has not ended.
    @inlinable @inline(__always)
    public var isRecording: Bool {
        guard let slot = self.slot else { return false }
        return slot.isAlive(generation: self.generation)
    }

    /// The ids, flags and trace state; also after the end.
    public var context: OTelSpanContext {
        OTelSpanContext(
            traceID: self.traceID,
            spanID: self.spanID,
            traceFlags: OTelTraceFlags(rawValue: UInt8(truncatingIfNeeded: self.meta) & Self.w3cFlags),
            traceState: self.traceState,
            isRemote: self.meta & Self.remoteFlag != 0
        )
    }

    /// The trace's id without the rest of the context.
    @inlinable
    public var traceID: OTelTraceID { OTelTraceID(high: self.traceHigh, low: self.traceLow) }

    /// The span's id without the rest of the context.
    @inlinable
    public var spanID: OTelSpanID { OTelSpanID(self.id) }

    /// The same span as one that only carries the context.
    package var nonRecording: OTelSpan {
        OTelSpan(
            traceHigh: self.traceHigh,
            traceLow: self.traceLow,
            id: self.id,
            slot: nil,
            meta: self.meta & 0xff,
            extra: self.extra
        )
    }

    /// The same span by another generation of its record.
    package func withGeneration(_ generation: UInt64) -> OTelSpan {
        OTelSpan(
            traceHigh: self.traceHigh,
            traceLow: self.traceLow,
            id: self.id,
            slot: self.slot,
            meta: generation &<< 8 | self.meta & 0xff,
            extra: self.extra
        )
    }

    /// Ends the span now.
    ///
    /// Later calls on it do nothing; children are unaffected.
    @inlinable @inline(__always)
    public func end() {
        if let slot = self.slot { Self.end(self, slot) }
    }

    /// Ends the span at a time of the caller's, which is exported as it is.
    public func end(at time: OTelTimestamp) {
        guard let backend = self.slot?.backend(generation: self.generation) else { return }
        backend._withUnsafeGuaranteedRef { $0.endSpan(self, at: time.unixNanoseconds) }
    }

    @usableFromInline
    static func end(_ span: OTelSpan, _ slot: Slot) {
        guard let backend = slot.backend(generation: span.generation) else { return }
        backend._withUnsafeGuaranteedRef { $0.endSpan(span, at: 0) }
    }
}

extension Slot {
    /// The backend that started the record, or nil when the record is finished.
    ///
    /// Backends are never freed.
    @inline(__always)
    func backend(generation: UInt64) -> Unmanaged<OTelTracerBackend>? {
        guard let backend = cotel_slot_backend(self.pointer), self.isAlive(generation: generation) else { return nil }
        return Unmanaged.fromOpaque(backend)
    }
}

extension OTelSpan: Hashable {
    /// Equal when both refer to the same span.
    @inlinable
    public static func == (left: OTelSpan, right: OTelSpan) -> Bool {
        left.id == right.id && left.traceHigh == right.traceHigh && left.traceLow == right.traceLow
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.id)
        hasher.combine(self.traceLow)
    }
}
