public import OTLPProto
public import OTelAPI
import OTelWire

/// A span in the hands of a `SpanProcessor`: readable, and writable as long as the call lasts.
///
/// Kept longer it is harmless: after `onEnding` the calls do nothing, and after `onStart` they write to the span like
/// the application's own.
public struct ReadWriteSpan: Sendable {
    /// What writes to the span: attributes, events, links, status, name.
    ///
    /// `end` does nothing while the span is ending.
    public let span: OTelSpan
    private let backend: SDKTracerBackend
    private let end: UInt64

    init(_ span: OTelSpan, _ backend: SDKTracerBackend, end: UInt64 = 0) {
        self.span = span
        self.backend = backend
        self.end = end
    }

    /// What the span holds at this moment; nil once it has ended.
    ///
    /// Copies the span: take it once.
    public var snapshot: SpanView? {
        guard let slot = self.span.slot, slot.lock(generation: self.span.generation) else { return nil }
        defer { slot.unlock(generation: self.span.generation) }
        return self.backend.view(of: slot, end: self.end)
    }

    /// Takes an attribute away; it does not count as dropped.
    ///
    /// Other than setting it again this works on spans that have as many attributes as they may, too.
    public func removeAttribute(_ key: OTelAttributeKey) {
        guard let slot = self.span.slot, slot.lock(generation: self.span.generation) else { return }
        slot.removeAttribute(AttributeTag.span, key)
        slot.unlock(generation: self.span.generation)
    }

    /// Keeps the span from every sink; they count it as filtered.
    ///
    /// A sink that shows spans as they begin has seen its beginning.
    ///
    /// Processors go on seeing it.
    public func drop() {
        guard let slot = self.span.slot, slot.lock(generation: self.span.generation) else { return }
        slot.drop()
        slot.unlock(generation: self.span.generation)
    }
}
