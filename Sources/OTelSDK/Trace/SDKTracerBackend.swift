import COTelRuntime
import OTLPProto
import OTelAPI
import OTelWire

/// Spans of one scope: the hot path from `startSpan` to `end`.
///
/// A span is written once, in its final form: `startSpan` puts the first fields into a pooled slot, the handle's calls
/// add to it, `endSpan` copies the body into the chunk of each sink that takes the span.
final class SDKTracerBackend: OTelTracerBackend, @unchecked Sendable {
    // Safety: immutable.
    private let core: TelemetryCore
    private let scope: UInt32
    private let routes: [PreparedRoute]
    private let limits: UnsafePointer<cotel_limits>

    struct PreparedRoute: Sendable {
        let sampler: PreparedSampler
        let queue: ChunkQueue
        let includesStarts: Bool
    }

    init(core: TelemetryCore, scope: UInt32) {
        self.core = core
        self.scope = scope
        self.routes = core.traceRoutes
        self.limits = core.spanLimits
    }

    override var isEnabled: Bool {
        !self.routes.isEmpty && !self.core.isClosed
    }

    override func startSpan(
        _ name: String,
        _ kind: OTelSpanKind,
        parent context: OTelContext?,
        attributes: OTelAttributes,
        links: [OTelLink],
        startTime: UInt64
    ) -> OTelSpan {
        let parent = context?.span ?? CurrentContext.span
        let thread = cotel_thread_get()
        if _slowPath(thread.pointee.suppressed != 0) { return parent.nonRecording }
        var draft = SpanDraft(parent: parent, thread: thread)
        self.sample(&draft, name, kind, context, attributes, links)
        if !draft.isRecording { return draft.handle(slot: nil) }
        if _slowPath(self.core.isClosed) { return self.refuse(draft, .closed, thread) }
        guard let slot = SlotPool.take(thread) else { return self.refuse(draft, .full, thread) }
        return self.begin(draft, slot, name, kind, attributes, links, startTime, thread)
    }

    /// A span that a sink would have taken: it carries its parent's context, and the loss is counted.
    @inline(never)
    private func refuse(
        _ draft: SpanDraft,
        _ reason: ChunkQueue.DropReason,
        _ thread: UnsafeMutablePointer<cotel_thread>
    ) -> OTelSpan {
        for index in 0..<self.routes.count where draft.sinks &>> UInt64(index) & 1 != 0 {
            self.routes[index].queue.countDropped(reason, thread)
        }
        return draft.parent.nonRecording
    }

    /// Asks each sink's sampler. Almost always there is one sink, and it decides from the ids alone.
    @inline(__always)
    private func sample(
        _ draft: inout SpanDraft,
        _ name: String,
        _ kind: OTelSpanKind,
        _ context: OTelContext?,
        _ attributes: OTelAttributes,
        _ links: [OTelLink]
    ) {
        for index in 0..<self.routes.count {
            let parentSampled = draft.parentSampled(sink: index)
            let answer = self.routes[index].sampler.decide(
                parent: draft.parent,
                parentSampled: parentSampled,
                traceLow: draft.traceLow
            )
            switch answer {
            case .drop: ()
            case .sample: draft.sinks |= 1 &<< UInt64(index)
            case .needsCandidate:
                let candidate = SpanCandidate(
                    parent: context ?? OTelContext.current,
                    traceID: OTelTraceID(high: draft.traceHigh, low: draft.traceLow),
                    name: name,
                    kind: kind,
                    attributes: attributes,
                    links: links
                )
                draft.apply(self.routes[index].sampler.decide(candidate, parentSampled: parentSampled), sink: index)
            }
        }
    }

    @inline(__always)
    private func begin(
        _ draft: SpanDraft,
        _ slot: Slot,
        _ name: String,
        _ kind: OTelSpanKind,
        _ attributes: OTelAttributes,
        _ links: [OTelLink],
        _ startTime: UInt64,
        _ thread: UnsafeMutablePointer<cotel_thread>
    ) -> OTelSpan {
        let generation = slot.generation
        let now = cotel_monotonic_ns()
        slot.prepare(self, limits: self.limits, draft)
        slot.pointer.pointee.start_time = now
        slot.pointer.pointee.clock_offset = draft.parent.clockOffset ?? cotel_clock_offset(now)
        slot.putSpanHead(draft, kind, time: startTime == 0 ? slot.wall(now) : startTime)
        name.withWireBytes { bytes, count in
            if _slowPath(!slot.putField(SpanTag.name, bytes, count)) { slot.pointer.pointee.attributes_dropped &+= 1 }
        }
        if _slowPath(draft.traceState != 0) { slot.putTraceState(draft.traceState) }
        if !attributes.isEmpty { slot.set(AttributeTag.span, attributes) }
        if _slowPath(!draft.attributes.isEmpty) { slot.set(AttributeTag.span, draft.attributes) }
        for index in 0..<links.count { slot.addLink(links[index]) }
        slot.pointer.pointee.in_use = 1
        if _slowPath(self.core.showsSpanStarts) { self.show(slot, draft.sinks, thread) }
        return draft.handle(slot: slot, generation: generation)
    }

    override func endSpan(_ span: OTelSpan, at time: UInt64) {
        guard let slot = span.slot else { return }
        let now = cotel_monotonic_ns()
        let generation = span.generation
        guard slot.lock(generation: generation) else { return }
        let thread = cotel_thread_get()
        let tail = SpanTail(slot, end: time == 0 ? slot.wall(now) : time)
        var sinks = slot.pointer.pointee.sinks
        while sinks != 0 {
            let index = sinks.trailingZeroBitCount
            sinks &= sinks &- 1
            self.append(slot, tail, to: self.routes[index].queue, .span, thread)
        }
        SlotPool.give(slot, generation: generation, thread)
    }

    @inline(__always)
    private func append(
        _ slot: Slot,
        _ tail: SpanTail,
        to queue: ChunkQueue,
        _ kind: RecordKind,
        _ thread: UnsafeMutablePointer<cotel_thread>
    ) {
        let head = Int(slot.pointer.pointee.length)
        let body = head &+ tail.size
        let size = Wire.lengthDelimitedSize(body)
        queue.append(thread, size: size, label: RecordLabel.make(kind, scope: self.scope)) { start in
            var position = Wire.putLength(body, to: Wire.put8(0x12, to: start))
            memcpy(position, slot.pointer.pointee.buffer, head)
            position += head
            tail.write(to: position)
        }
    }

    /// Hands the span as it begins to the sinks that show that.
    @inline(never)
    private func show(_ slot: Slot, _ sinks: UInt64, _ thread: UnsafeMutablePointer<cotel_thread>) {
        for index in 0..<self.routes.count where self.routes[index].includesStarts && sinks &>> UInt64(index) & 1 != 0 {
            self.append(slot, SpanTail(slot, end: 0), to: self.routes[index].queue, .spanStart, thread)
        }
    }
}
