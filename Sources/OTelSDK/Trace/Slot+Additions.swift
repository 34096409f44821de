import COTelRuntime
import OTelAPI
import OTelWire

// What samplers add to a span that several sinks take: see `SamplerAdditions`.
extension Slot {
    var hasExtras: Bool { self.pointer.pointee.extras != nil }

    /// What belongs to the span and has no place in its bytes.
    var extras: SamplerAdditions? {
        get {
            self.pointer.pointee.extras.map { Unmanaged<SamplerAdditions>.fromOpaque($0).takeUnretainedValue() }
        }
        nonmutating set {
            self.releaseExtras()
            self.pointer.pointee.extras = newValue.map { Unmanaged.passRetained($0).toOpaque() }
        }
    }

    /// Runs `body` while the span has what the sampler of one sink added; an attribute that was set since wins.
    func withAdditions(of sink: Int, _ body: () -> Void) {
        guard let extras = self.extras else { return body() }
        let before = self.state(of: sink, extras)
        body()
        self.restore(before)
    }

    /// Runs `body` while the span has the trace state that others see.
    func withTraceState<Result>(_ body: () -> Result) -> Result {
        guard let extras = self.extras else { return body() }
        let before = Counters(self)
        self.putTraceState(TraceStateTable.state(extras.traceState))
        defer { self.restore(before) }
        return body()
    }

    private struct Counters {
        let length: Int
        let bloom: UInt64
        let attributes: UInt32
        let dropped: UInt32

        init(_ slot: Slot) {
            self.length = slot.bytes.count
            self.bloom = slot.pointer.pointee.bloom
            self.attributes = slot.pointer.pointee.attribute_count
            self.dropped = slot.pointer.pointee.attributes_dropped
        }
    }

    private func state(of sink: Int, _ extras: SamplerAdditions) -> Counters {
        let before = Counters(self)
        self.putTraceState(TraceStateTable.state(extras.traceState(of: sink)))
        self.setMissing(AttributeTag.span, extras.attributes(of: sink))
        return before
    }

    private func restore(_ before: Counters) {
        self.truncate(to: before.length)
        self.pointer.pointee.bloom = before.bloom
        self.pointer.pointee.attribute_count = before.attributes
        self.pointer.pointee.attributes_dropped = before.dropped
    }
}
