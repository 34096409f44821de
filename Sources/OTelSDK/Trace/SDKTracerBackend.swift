import COTelRuntime
import OTLPProto
import OTelAPI
import OTelWire

/// Spans of one scope: the hot path from `startSpan` to `end`.
///
/// A span is written once, in its final form: `startSpan` puts the first fields into a pooled slot, the handle's calls
/// add to it, `endSpan` copies the body into the chunk of each sink that takes the span. What few telemetries have
/// (processors, custom samplers and ids, filters) takes the same way through the code, compiled a second time.
final class SDKTracerBackend: OTelTracerBackend, @unchecked Sendable {
    // Safety: immutable but for the gate, which is read and written atomically.
    let core: TelemetryCore
    let scope: UInt32
    let routes: TraceRoutes
    let words: CoreWords
    let gate: TracerGate

    init(core: TelemetryCore, scope: UInt32) {
        self.core = core
        self.scope = scope
        self.routes = core.traceRoutes
        self.words = core.words
        self.gate = TracerGate(isSpecial: core.hasSpecialSpans)
    }

    override var isEnabled: Bool {
        self.gate.isOpen && self.routes.count > 0 && cotel_thread_get().pointee.suppressed == 0
            && !CurrentContext.spanIfUsed.isSuppressed
    }

    override func startSpan(
        _ name: String,
        _ kind: OTelSpanKind,
        parent context: OTelContext?,
        attributes: OTelAttributes,
        links: [OTelLink],
        startTime: UInt64
    ) -> OTelSpan {
        let isPlain = self.gate.isPlain
        if _fastPath(isPlain) { return self.start(name, kind, context, attributes, links, startTime, isPlain: true) }
        return self.startSpecial(name, kind, context, attributes, links, startTime)
    }

    @inline(__always)
    func start(
        _ name: String,
        _ kind: OTelSpanKind,
        _ context: OTelContext?,
        _ attributes: OTelAttributes,
        _ links: [OTelLink],
        _ startTime: UInt64,
        isPlain: Bool
    ) -> OTelSpan {
        let parent = context?.span ?? CurrentContext.spanIfUsed
        let thread = cotel_thread_get()
        if _slowPath(UInt64(thread.pointee.suppressed) | parent.meta & OTelSpan.suppressedFlag != 0) {
            return parent.nonRecording
        }
        var draft = SpanDraft(parent: parent, owner: self.words.owner, thread: thread)
        if !isPlain, let generator = self.core.idGenerator { self.withoutSpans(thread) { draft.takeIDs(generator) } }
        draft.sample(self.routes)
        var additions: SamplerAdditions?
        if _slowPath(draft.needsAsking) {
            if isPlain { return self.startSpecial(name, kind, context, attributes, links, startTime) }
            additions = self.askSamplers(&draft, name, kind, context, attributes, links)
        }
        if _slowPath(draft.traceState != 0) { draft.checkTraceState() }
        if isPlain ? draft.sinks == 0 : !draft.isRecording { return draft.handle(slot: nil) }
        if !isPlain, self.gate.isClosed { return self.refuse(draft, .closed, thread) }
        guard let slot = SlotPool.take(thread) else { return self.refuse(draft, .full, thread) }

        let generation = slot.generation
        let now = cotel_monotonic_ns()
        slot.prepare(self, limits: self.words.spanLimits, draft)
        cotel_slot_set_start_time(slot.pointer, now)
        cotel_slot_set_clock_offset(slot.pointer, parent.clockOffset ?? cotel_clock_offset(now))
        slot.putSpanHead(draft, kind, time: startTime == 0 ? slot.wall(now) : startTime)
        name.withWireBytes { bytes, count in
            if _slowPath(!slot.putField(SpanTag.name, bytes, count)) { slot.pointer.pointee.attributes_dropped &+= 1 }
        }
        if _slowPath(draft.traceState != 0), isPlain || additions?.isPerSink != true {
            slot.putTraceState(draft.traceState, parent: parent)
        }
        if !attributes.isEmpty { slot.set(AttributeTag.span, attributes) }
        if _slowPath(!links.isEmpty) { for link in links { slot.addLink(link) } }
        let span = draft.handle(slot: slot, generation: generation)
        if isPlain { slot.publish() } else { self.finishStart(span, slot, additions, context, thread) }
        return span
    }

    override func endSpan(_ span: OTelSpan, at time: UInt64) {
        guard let slot = span.slot else { return }
        let now = cotel_monotonic_ns()
        let generation = span.generation
        guard slot.lock(generation: generation) else { return }
        let thread = cotel_thread_get()
        let end = time == 0 ? slot.wall(now) : time
        var sinks = slot.pointer.pointee.sinks
        if _slowPath(sinks > SpanMark.sinks || slot.hasDrops) { return self.endSpecial(span, slot, end, thread) }
        let tail = SpanTail(plain: slot, end: end)
        while sinks != 0 {
            let sink = sinks.trailingZeroBitCount
            sinks &= sinks &- 1
            self.append(slot, tail, to: sink, .span, thread)
        }
        SlotPool.give(slot, generation: generation, thread)
    }

    @inline(__always)
    func append(
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

    /// Counts something that happened to a span, for each sink of `sinks`.
    @inline(never)
    func count(_ event: ChunkQueue.Event, _ sinks: UInt32, _ thread: UnsafeMutablePointer<cotel_thread>) {
        for route in 0..<self.routes.count where sinks &>> UInt32(route) & 1 != 0 {
            self.routes[route].pointee.queue._withUnsafeGuaranteedRef { $0.count(event, thread) }
        }
    }

    /// A span that a sink would have taken: it carries its parent's context, and the loss is counted.
    @inline(never)
    func refuse(
        _ draft: SpanDraft,
        _ reason: ChunkQueue.Event,
        _ thread: UnsafeMutablePointer<cotel_thread>
    ) -> OTelSpan {
        self.count(reason, UInt32(truncatingIfNeeded: draft.sinks), thread)
        return draft.parent.nonRecording
    }
}

extension SDKTracerBackend: ConfigurableBackend {
    func configure(_ config: TracerConfig) {
        self.gate.enable(config.isEnabled)
    }

    func close() {
        self.gate.close()
    }
}
