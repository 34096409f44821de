import OTelWire

extension OTelSpan {
    /// Adds a link.
    ///
    /// Prefer links at creation: samplers see only those. Beyond the limit of links it is dropped and counted. A link
    /// to all-zero ids is kept when it has attributes or a trace state.
    public func addLink(_ context: OTelSpanContext, _ attributes: OTelAttributes = [:]) {
        guard let slot = self.slot, slot.lock(generation: self.generation) else { return }
        slot.addLink(OTelLink(context, attributes: attributes))
        slot.unlock(generation: self.generation)
    }
}
