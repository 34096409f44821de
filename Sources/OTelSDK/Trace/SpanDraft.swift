import COTelRuntime
import OTelAPI
import OTelWire

/// What is decided of a span before it is written: ids, sinks, flags.
///
/// Plain data.
struct SpanDraft {
    let parent: OTelSpan
    private let owner: UInt64
    var traceHigh: UInt64
    var traceLow: UInt64
    var id: UInt64
    /// Bit mask of the routes that take the span.
    var sinks: UInt64 = 0
    /// Bit mask of the routes whose sampler has to be asked; decided once, since a bound may change meanwhile.
    private(set) var toAsk: UInt64 = 0
    /// Whether a sampler asked for recording without exporting.
    var isRecordedOnly = false
    /// Ticket of the trace state.
    var traceState: UInt64
    var randomFlag: UInt64
    /// Bit mask of the routes that took the parent.
    private let parentSinks: UInt64
    /// The situation of a route that took the parent; that of one that did not follows it.
    private let firstSituation: Int

    /// The trace id is the parent's or new; the span id is always new, also of a span that is then dropped.
    @inline(__always)
    init(parent: OTelSpan, owner: UInt64, thread: UnsafeMutablePointer<cotel_thread>) {
        self.parent = parent
        self.owner = owner
        if parent.isValid {
            self.traceHigh = parent.traceHigh
            self.traceLow = parent.traceLow
            self.traceState = parent.traceStateTicket
            self.randomFlag = parent.meta & UInt64(OTelTraceFlags.random.rawValue)
            // A parent that no sampler of this SDK decided on has only its flag.
            self.parentSinks = parent.owner == owner ? parent.sinks : 0 &- (parent.meta & 1)
            let isRemote = parent.meta & OTelSpan.remoteFlag != 0
            self.firstSituation = isRemote ? SamplingTable.firstRemote : SamplingTable.firstLocal
        } else {
            self.traceHigh = cotel_random_high(thread)
            self.traceLow = Self.nonZero(thread)
            self.traceState = 0
            self.randomFlag = UInt64(OTelTraceFlags.random.rawValue)
            self.parentSinks = .max
            self.firstSituation = SamplingTable.Situation.root.rawValue
        }
        self.id = Self.nonZero(thread)
    }

    @inline(__always)
    private static func nonZero(_ thread: UnsafeMutablePointer<cotel_thread>) -> UInt64 {
        while true {
            let value = cotel_random(thread)
            if _fastPath(value != 0) { return value }
        }
    }

    /// Takes the ids of a generator, as far as they are valid.
    mutating func takeIDs(_ generator: any IDGenerator) {
        if !self.parent.isValid {
            let traceID = generator.traceID()
            if traceID.isValid {
                (self.traceHigh, self.traceLow) = (traceID.high, traceID.low)
                if !generator.makesRandomTraceIDs { self.randomFlag = 0 }
            }
        }
        let spanID = generator.spanID()
        if spanID.isValid { self.id = spanID.value }
    }

    @inline(__always)
    var needsAsking: Bool { self.toAsk != 0 }

    @inline(__always)
    var isRecording: Bool { self.sinks != 0 || self.isRecordedOnly }

    /// What the parent means for the sampler of one route, as the raw value of a situation.
    @inline(__always)
    func situation(_ route: Int) -> Int {
        self.firstSituation &+ Int(truncatingIfNeeded: ~self.parentSinks &>> UInt64(truncatingIfNeeded: route) & 1)
    }

    /// Lets the bounds decide; a route whose sampler has to be asked counts as taking the span until then.
    @inline(__always)
    mutating func sample(_ routes: TraceRoutes) {
        guard routes.count > 0 else { return }
        let bound = routes.bound(0, self.situation(0))
        self.sinks = self.isBelow(bound) ? 1 : 0
        self.toAsk = bound == SamplingTable.custom ? 1 : 0
        if _slowPath(routes.count > 1) { self.sampleOthers(routes) }
    }

    @inline(never)
    private mutating func sampleOthers(_ routes: TraceRoutes) {
        for route in 1..<routes.count {
            let bound = routes.bound(route, self.situation(route))
            if self.isBelow(bound) { self.sinks |= 1 &<< UInt64(truncatingIfNeeded: route) }
            if bound == SamplingTable.custom { self.toAsk |= 1 &<< UInt64(truncatingIfNeeded: route) }
        }
    }

    @inline(__always)
    private func isBelow(_ bound: UInt64) -> Bool { self.traceLow &>> 1 < bound }

    /// Takes the answer of a sampler that had to be asked.
    mutating func apply(_ decision: SamplingResult.Decision, route: Int) {
        // The bound stood for "ask": what it said of the trace id does not count.
        self.sinks &= ~(1 << UInt64(route))
        switch decision {
        case .drop: ()
        case .recordOnly: self.isRecordedOnly = true
        case .recordAndSample: self.sinks |= 1 << UInt64(route)
        }
    }

    /// Takes the threshold from an inherited trace state that contradicts what was decided.
    @inline(never)
    mutating func checkTraceState() {
        guard self.parent.meta & OTelSpan.remoteFlag != 0, self.traceState == self.parent.traceStateTicket else {
            return
        }
        self.traceState = OpenTelemetryTraceState.consistentTicket(
            self.traceState,
            traceLow: self.traceLow,
            isSampled: self.sinks != 0
        )
    }

    /// The low byte of the flags: W3C's.
    @inline(__always)
    var flags: UInt64 { self.randomFlag | (self.sinks != 0 ? UInt64(OTelTraceFlags.sampled.rawValue) : 0) }

    /// The flags as OTLP has them: whether the parent is remote is known, and said.
    @inline(__always)
    var wireFlags: UInt32 {
        let parentIsRemote = self.parent.meta & OTelSpan.remoteFlag != 0
        return UInt32(truncatingIfNeeded: self.flags) | 0x100 | (parentIsRemote ? 0x200 : 0)
    }

    @inline(__always)
    func handle(slot: Slot?, generation: UInt64 = 0) -> OTelSpan {
        OTelSpan(
            traceHigh: self.traceHigh,
            traceLow: self.traceLow,
            id: self.id,
            slot: slot,
            meta: generation &<< 8 | self.flags,
            extra: self.traceState &<< 24 | self.owner &<< 16 | self.sinks
        )
    }
}

extension OTelSpan {
    /// The clock of the span's local root, while the span is recording.
    @inline(__always)
    var clockOffset: Int64? {
        guard let slot = self.slot else { return nil }
        let offset = cotel_slot_clock_offset(slot.pointer)
        return slot.isAlive(generation: self.generation) ? offset : nil
    }
}
