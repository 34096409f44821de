import COTelRuntime
import OTLPProto
import OTelAPI
import OTelWire

// The way of spans that are not plain: see `TracerGate`.
extension SDKTracerBackend {
    @inline(never)
    func startSpecial(
        _ name: String,
        _ kind: OTelSpanKind,
        _ context: OTelContext?,
        _ attributes: OTelAttributes,
        _ links: [OTelLink],
        _ startTime: UInt64
    ) -> OTelSpan {
        if self.gate.isDisabled { return (context?.span ?? CurrentContext.spanIfUsed).nonRecording }
        return self.start(name, kind, context, attributes, links, startTime, isPlain: false)
    }

    /// Lets the samplers decide where the bounds leave it to them.
    func askSamplers(
        _ draft: inout SpanDraft,
        _ name: String,
        _ kind: OTelSpanKind,
        _ context: OTelContext?,
        _ attributes: OTelAttributes,
        _ links: [OTelLink]
    ) -> SamplerAdditions? {
        let traceID = OTelTraceID(high: draft.traceHigh, low: draft.traceLow)
        return self.askSamplers(&draft) {
            SpanCandidate(
                parent: context ?? OTelContext.current,
                traceID: traceID,
                name: name,
                kind: kind,
                attributes: attributes,
                links: links
            )
        }
    }

    @inline(__always)
    private func askSamplers(_ draft: inout SpanDraft, _ candidate: () -> SpanCandidate) -> SamplerAdditions? {
        if self.routes.count == 1 { return self.askOnlySampler(&draft, candidate) }
        var entries: [SamplerAdditions.Entry] = []
        for route in 0..<self.routes.count where draft.toAsk &>> UInt64(route) & 1 != 0 {
            entries.append(SamplerAdditions.Entry(sink: route, self.ask(route, &draft, candidate)))
        }
        return self.additions(entries, &draft)
    }

    @inline(__always)
    private func ask(_ route: Int, _ draft: inout SpanDraft, _ candidate: () -> SpanCandidate) -> SamplingResult {
        let situation = draft.situation(route)
        let result = self.routes[route].pointee.sampler
            .decide(situation, parent: draft.parent, traceLow: draft.traceLow, candidate: candidate)
        draft.apply(result.decision, route: route)
        if result.settlesBound { self.routes.refreshBound(route, situation) }
        return result
    }

    /// The usual case, which allocates nothing unless the sampler adds attributes.
    @inline(__always)
    private func askOnlySampler(_ draft: inout SpanDraft, _ candidate: () -> SpanCandidate) -> SamplerAdditions? {
        let inherited = draft.traceState
        let result = self.ask(0, &draft, candidate)
        if let ticket = result.newTicket { draft.traceState = ticket }
        if result.decision == .drop || result.attributes.isEmpty { return nil }
        return SamplerAdditions(
            [SamplerAdditions.Entry(sink: 0, result)],
            isPerSink: false,
            traceState: draft.traceState,
            inherited: inherited
        )
    }

    /// What the answers for several sinks add, if anything.
    private func additions(_ entries: [SamplerAdditions.Entry], _ draft: inout SpanDraft) -> SamplerAdditions? {
        draft.checkTraceState()
        let inherited = draft.traceState
        draft.traceState = SamplerAdditions.traceState(of: entries, sinks: draft.sinks) ?? inherited
        let additions = SamplerAdditions(entries, isPerSink: true, traceState: draft.traceState, inherited: inherited)
        let addsNothing = entries.allSatisfy { $0.attributes.isEmpty && $0.traceState == nil }
        return addsNothing ? nil : additions
    }

    /// What a special span has more than others when it starts; publishes it before others get to see it.
    func finishStart(
        _ span: OTelSpan,
        _ slot: Slot,
        _ additions: SamplerAdditions?,
        _ context: OTelContext?,
        _ thread: UnsafeMutablePointer<cotel_thread>
    ) {
        if let additions {
            if additions.isPerSink {
                slot.extras = additions
            } else {
                for entry in additions.entries { slot.setMissing(AttributeTag.span, entry.attributes) }
            }
        }
        let isSpecialAtEnd = !self.core.spanProcessors.isEmpty || self.routes.hasFilters || slot.hasExtras
        if isSpecialAtEnd { slot.pointer.pointee.sinks |= SpanMark.special }
        slot.publish()
        if !self.core.spanProcessors.isEmpty {
            let parent = context ?? OTelContext.current
            self.withoutSpans(thread) {
                let writable = ReadWriteSpan(span, self)
                for processor in self.core.spanProcessors { processor.onStart(writable, parent: parent) }
            }
        }
        if self.routes.showsStarts { self.showStart(span, slot, thread) }
    }

    /// Hands the span as it begins to the sinks that show that.
    private func showStart(_ span: OTelSpan, _ slot: Slot, _ thread: UnsafeMutablePointer<cotel_thread>) {
        guard slot.lock(generation: span.generation) else { return }
        let sinks = slot.takingSinks
        for route in 0..<self.routes.count
        where self.routes[route].pointee.includesStarts && sinks &>> UInt32(route) & 1 != 0 {
            slot.withAdditions(of: route) { self.append(slot, SpanTail(slot, end: 0), to: route, .spanStart, thread) }
        }
        slot.unlock(generation: span.generation)
    }

    /// Runs calls into processors, filters and generators of ids: a span started in there would come back to them.
    func withoutSpans<Result>(_ thread: UnsafeMutablePointer<cotel_thread>, _ body: () -> Result) -> Result {
        thread.pointee.suppressed &+= COTEL_SPANS
        defer { thread.pointee.suppressed &-= COTEL_SPANS }
        return body()
    }
}

// The end.
extension SDKTracerBackend {
    /// Ends a span that processors, filters or additions of samplers wait for; its slot is locked.
    @inline(never)
    func endSpecial(_ span: OTelSpan, _ slot: Slot, _ end: UInt64, _ thread: UnsafeMutablePointer<cotel_thread>) {
        guard slot.pointer.pointee.sinks & SpanMark.ending == 0 else {
            return slot.unlock(generation: span.generation)
        }
        let offered = slot.pointer.pointee.sinks & SpanMark.sinks
        let processors = self.core.spanProcessors
        var generation = span.generation
        if !processors.isEmpty, self.gate.isClosed { return self.loseLate(slot, generation, thread) }
        if !processors.isEmpty {
            generation += 1
            guard self.runOnEnding(processors, span.withGeneration(generation), slot, end, thread) else { return }
        } else if self.routes.hasFilters {
            generation += 1
            slot.advance(to: generation)
        }
        let sinks = slot.takingSinks & UInt32(truncatingIfNeeded: self.routes.sinks)
        let view = processors.isEmpty && !self.routes.hasFilters ? nil : self.view(of: slot, end: end)
        if SpanTail(slot, end: end).hasDrops { self.count(.truncated, sinks, thread) }
        self.deliver(slot, sinks, offered, view, end, thread)
        slot.extras = nil
        SlotPool.give(slot, generation: generation, thread)
        guard let view, !processors.isEmpty, !self.gate.isClosed else { return }
        self.withoutSpans(thread) { for processor in processors { processor.onEnd(view) } }
    }

    /// Drops a span that ends after the shutdown of the processors: what they would have redacted must not be sent.
    private func loseLate(_ slot: Slot, _ generation: UInt64, _ thread: UnsafeMutablePointer<cotel_thread>) {
        self.count(.closed, slot.takingSinks & UInt32(truncatingIfNeeded: self.routes.sinks), thread)
        slot.extras = nil
        SlotPool.give(slot, generation: generation, thread)
    }

    /// Opens the locked span to the processors alone and locks it again: the new generation is one that no handle of
    /// the application knows.
    private func runOnEnding(
        _ processors: [any SpanProcessor],
        _ span: OTelSpan,
        _ slot: Slot,
        _ end: UInt64,
        _ thread: UnsafeMutablePointer<cotel_thread>
    ) -> Bool {
        slot.pointer.pointee.sinks |= SpanMark.ending
        slot.withdraw()
        slot.unlock(generation: span.generation)
        self.withoutSpans(thread) {
            let writable = ReadWriteSpan(span, self, end: end)
            for processor in processors { processor.onEnding(writable) }
        }
        if slot.lock(generation: span.generation) { return true }
        // A processor left a writer behind that does not come back: the span is lost like one that nobody ends.
        slot.publish()
        return false
    }

    /// Copies the span to each sink that its filter lets it through to; no handle knows the record any more.
    private func deliver(
        _ slot: Slot,
        _ sinks: UInt32,
        _ offered: UInt32,
        _ view: SpanView?,
        _ end: UInt64,
        _ thread: UnsafeMutablePointer<cotel_thread>
    ) {
        for sink in 0..<self.routes.count where offered &>> UInt32(sink) & 1 != 0 {
            guard sinks &>> UInt32(sink) & 1 != 0, self.isLetThrough(view, to: sink, thread) else {
                self.count(.filtered, 1 << UInt32(sink), thread)
                continue
            }
            slot.withAdditions(of: sink) { self.append(slot, SpanTail(slot, end: end), to: sink, .span, thread) }
        }
    }

    /// Asks the sink's filter, if it has one.
    private func isLetThrough(_ view: SpanView?, to sink: Int, _ thread: UnsafeMutablePointer<cotel_thread>) -> Bool {
        guard let filter = self.routes[sink].pointee.filter, let view else { return true }
        return self.withoutSpans(thread) { filter(view) }
    }

    /// A copy of a locked span; `end` is in Unix nanoseconds, 0 for one that has not ended.
    func view(of slot: Slot, end: UInt64) -> SpanView {
        slot.withTraceState {
            let tail = SpanTail(slot, end: end)
            let head = slot.bytes
            let body = head.count + tail.size
            let chunk = Chunk(capacity: Wire.lengthDelimitedSize(body))
            let position = Wire.putLength(body, to: Wire.put8(0x12, to: chunk.base))
            if let start = head.baseAddress { position.copyMemory(from: start, byteCount: head.count) }
            tail.write(to: position + head.count)
            return SpanView(
                RecordView(
                    UnsafeRawBufferPointer(start: chunk.base, count: Wire.lengthDelimitedSize(body)),
                    in: chunk,
                    kind: end == 0 ? .spanStart : .span,
                    scope: self.core.scope(self.scope),
                    resource: self.core.resource
                )
            )
        }
    }
}
