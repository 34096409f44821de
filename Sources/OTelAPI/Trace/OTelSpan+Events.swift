public import OTelWire

extension OTelSpan {
    /// Adds an event.
    ///
    /// Beyond the limit of events it is dropped and counted. `time` is exported as it is; by default it is the present,
    /// on the clock of the span.
    public func addEvent(_ name: String, _ attributes: OTelAttributes = [:], at time: OTelTimestamp? = nil) {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return }
        if let event = slot.beginEvent(name, time?.unixNanoseconds) {
            if !attributes.isEmpty { slot.set(AttributeTag.event, attributes) }
            slot.endEvent(event)
        }
        slot.unlock(generation: self.generation)
    }

    /// Adds an event whose attributes are written straight into the span: the cheapest form.
    ///
    /// `write` runs only if the event is taken, and other writers of the span wait meanwhile: set values that are at
    /// hand. Calls on the span itself from inside `write` do nothing.
    @inlinable
    public func addEvent(
        _ name: String,
        at time: OTelTimestamp? = nil,
        _ write: (borrowing OTelAttributeWriter) -> Void
    ) {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return }
        guard let event = slot.beginEvent(name, time?.unixNanoseconds) else {
            return slot.unlock(generation: self.generation)
        }
        slot.writeExclusively(generation: self.generation) {
            write(OTelAttributeWriter(slot, AttributeTag.event))
            slot.endEvent(event)
        }
    }
}
