import COTelRuntime
import OTelAPI
import OTelWire

/// What is decided of a span before it is written: ids, sinks, flags.
///
/// Plain data.
struct SpanDraft {
    let parent: OTelSpan
    private let owner: UInt64
    let traceHigh: UInt64
    let traceLow: UInt64
    let id: UInt64
    /// Bit mask of the sinks that take the span.
    var sinks: UInt64 = 0
    /// Whether a sampler asked for recording without exporting.
    var isRecordedOnly = false
    /// Ticket of the trace state.
    var traceState: UInt64
    private let randomFlag: UInt64

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
        } else {
            self.traceHigh = cotel_random_high(thread)
            self.traceLow = Self.nonZero(thread)
            self.traceState = 0
            self.randomFlag = UInt64(OTelTraceFlags.random.rawValue)
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

    @inline(__always)
    var isRecording: Bool { self.sinks != 0 || self.isRecordedOnly }

    /// What the parent means for the sampler of one sink.
    @inline(__always)
    func situation(sink: UInt64) -> SamplingTable.Situation {
        guard self.parent.isValid else { return .root }
        // A parent that no sampler of this SDK decided on has only its flag.
        let isSampled =
            self.parent.owner == self.owner ? self.parent.sinks &>> sink & 1 != 0 : self.parent.meta & 1 != 0
        if self.parent.meta & OTelSpan.remoteFlag != 0 { return isSampled ? .remoteSampled : .remoteNotSampled }
        return isSampled ? .localSampled : .localNotSampled
    }

    /// Takes a custom sampler's answer.
    mutating func apply(_ result: SamplingResult, sink: UInt64) {
        switch result.decision {
        case .drop: ()
        case .recordOnly: self.isRecordedOnly = true
        case .recordAndSample: self.sinks |= 1 << sink
        }
        if let state = result.traceState { self.traceState = TraceStateTable.insert(state) }
    }

    /// The low byte of the flags: W3C's.
    @inline(__always)
    var flags: UInt64 { self.randomFlag | (self.sinks != 0 ? UInt64(OTelTraceFlags.sampled.rawValue) : 0) }

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
        let offset = slot.pointer.pointee.clock_offset
        cotel_fence_acquire()
        return slot.isAlive(generation: self.generation) ? offset : nil
    }
}
