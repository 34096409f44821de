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
    private let routes: TraceRoutes
    private let words: CoreWords

    init(core: TelemetryCore, scope: UInt32) {
        self.core = core
        self.scope = scope
        self.routes = core.traceRoutes
        self.words = core.words
    }

    override var isEnabled: Bool {
        self.routes.count > 0 && !self.words.isClosed
    }

    override func startSpan(
        _ name: String,
        _ kind: OTelSpanKind,
        parent context: OTelContext?,
        attributes: OTelAttributes,
        links: [OTelLink],
        startTime: UInt64
    ) -> OTelSpan {
        let parent = context?.span ?? CurrentContext.spanIfUsed
        let thread = cotel_thread_get()
        if _slowPath(thread.pointee.suppressed != 0) { return parent.nonRecording }
        var draft = SpanDraft(parent: parent, owner: self.words.owner, thread: thread)
        for index in 0..<self.routes.count {
            let sink = UInt64(truncatingIfNeeded: index)
            let bound = self.routes[index].pointee.table.bound(draft.situation(sink: sink))
            if draft.traceLow &>> 1 < bound { draft.sinks |= 1 &<< sink }
        }
        var added: OTelAttributes?
        if _slowPath(self.routes.needsCandidate) {
            let candidate = SpanCandidate(
                parent: context ?? OTelContext.current,
                traceID: OTelTraceID(high: draft.traceHigh, low: draft.traceLow),
                name: name,
                kind: kind,
                attributes: attributes,
                links: links
            )
            added = self.askCustomSamplers(&draft, candidate)
        }
        if !draft.isRecording { return draft.handle(slot: nil) }
        if _slowPath(self.words.isClosed) { return self.refuse(draft, .closed, thread) }
        guard let slot = SlotPool.take(thread) else { return self.refuse(draft, .full, thread) }

        let generation = slot.generation
        let now = cotel_monotonic_ns()
        slot.prepare(self, limits: self.words.spanLimits, draft)
        slot.pointer.pointee.start_time = now
        slot.pointer.pointee.clock_offset = parent.clockOffset ?? cotel_clock_offset(now)
        slot.putSpanHead(draft, kind, time: startTime == 0 ? slot.wall(now) : startTime)
        name.withWireBytes { bytes, count in
            if _slowPath(!slot.putField(SpanTag.name, bytes, count)) { slot.pointer.pointee.attributes_dropped &+= 1 }
        }
        if _slowPath(draft.traceState != 0) { slot.putTraceState(draft.traceState) }
        if !attributes.isEmpty { slot.set(AttributeTag.span, attributes) }
        if _slowPath(added != nil), let added { slot.set(AttributeTag.span, added) }
        if _slowPath(!links.isEmpty) { for link in links { slot.addLink(link) } }
        if _slowPath(self.routes.showsStarts) { self.showStart(slot, draft.sinks, thread) }
        slot.publish()
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
            self.append(slot, tail, to: index, .span, thread)
        }
        SlotPool.give(slot, generation: generation, thread)
    }

    @inline(__always)
    private func append(
        _ slot: Slot,
        _ tail: SpanTail,
        to sink: Int,
        _ kind: RecordKind,
        _ thread: UnsafeMutablePointer<cotel_thread>
    ) {
        let head = Int(slot.pointer.pointee.length)
        let body = head &+ tail.size
        let size = Wire.lengthDelimitedSize(body)
        self.routes[sink].pointee.queue._withUnsafeGuaranteedRef { queue in
            queue.append(thread, size: size, label: RecordLabel.make(kind, scope: self.scope)) { start in
                let position = Wire.putLength(body, to: Wire.put8(0x12, to: start))
                memcpy(position, slot.pointer.pointee.buffer, head)
                tail.write(to: position + head)
            }
        }
    }
}

// Seldom on the way of a span.
extension SDKTracerBackend {
    /// Lets the custom samplers decide where the tables leave it to them; returns the attributes they add.
    @inline(never)
    private func askCustomSamplers(_ draft: inout SpanDraft, _ candidate: SpanCandidate) -> OTelAttributes {
        var added = OTelAttributes()
        for index in 0..<self.routes.count {
            let sink = UInt64(index)
            let situation = draft.situation(sink: sink)
            guard self.routes[index].pointee.table.bound(situation) == SamplingTable.custom else { continue }
            // The bound stands for "ask": what it said above does not count.
            draft.sinks &= ~(1 << sink)
            let result = self.routes[index].pointee.sampler.decide(situation, candidate)
            draft.apply(result, sink: sink)
            if result.decision != .drop { added.merge(result.attributes) }
        }
        return added
    }

    /// A span that a sink would have taken: it carries its parent's context, and the loss is counted.
    @inline(never)
    private func refuse(
        _ draft: SpanDraft,
        _ reason: ChunkQueue.DropReason,
        _ thread: UnsafeMutablePointer<cotel_thread>
    ) -> OTelSpan {
        for index in 0..<self.routes.count where draft.sinks &>> UInt64(index) & 1 != 0 {
            self.routes[index].pointee.queue._withUnsafeGuaranteedRef { $0.countDropped(reason, thread) }
        }
        return draft.parent.nonRecording
    }

    /// Hands the span as it begins to the sinks that show that.
    @inline(never)
    private func showStart(_ slot: Slot, _ sinks: UInt64, _ thread: UnsafeMutablePointer<cotel_thread>) {
        for index in 0..<self.routes.count
        where self.routes[index].pointee.includesStarts && sinks &>> UInt64(index) & 1 != 0 {
            self.append(slot, SpanTail(slot, end: 0), to: index, .spanStart, thread)
        }
    }
}
