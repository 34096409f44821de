import OTelWire

extension OTelSpan {
    /// The trace state; also of a span whose ticket is so old that only its record still has it.
    package var traceState: OTelTraceState {
        let ticket = self.traceStateTicket
        return TraceStateTable.stateIfKept(ticket) ?? self.recordedTraceState ?? TraceStateTable.state(ticket)
    }

    /// What the record says, while the span is being recorded.
    private var recordedTraceState: OTelTraceState? {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return nil }
        defer { slot.unlock(generation: self.generation) }
        return slot.text(of: SpanTag.traceState).map(OTelTraceState.init(validHeader:))
    }
}
