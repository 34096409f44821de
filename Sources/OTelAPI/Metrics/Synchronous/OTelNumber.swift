/// What an instrument measures in: `Int` or `Double`.
///
/// Nothing else can be recorded; the set is closed because OTLP has these two. The requirements hand a number to an SDK
/// in its own type; applications never call them.
public protocol OTelNumber: Sendable {
    /// Records it without attributes.
    func record(to backend: OTelInstrumentBackend)
    /// Records it with attributes.
    func record(to backend: OTelInstrumentBackend, _ attributes: OTelAttributes)
    /// Records it by the hash of its attributes; false when that was not enough.
    func record(to backend: OTelInstrumentBackend, _ hash: OTelAttributeHash) -> Bool
    /// Records it to a bound instrument.
    func record(to backend: OTelBoundBackend)
    /// Reports it from a callback.
    func observe(to receiver: OTelObservationReceiver, _ attributes: OTelAttributes)
}

extension Int: OTelNumber {
    /// Records it without attributes.
    @inlinable @inline(__always)
    public func record(to backend: OTelInstrumentBackend) { backend.record(self) }

    /// Records it with attributes.
    @inlinable @inline(__always)
    public func record(to backend: OTelInstrumentBackend, _ attributes: OTelAttributes) {
        backend.record(self, attributes)
    }

    /// Records it by the hash of its attributes; false when that was not enough.
    @inlinable @inline(__always)
    public func record(to backend: OTelInstrumentBackend, _ hash: OTelAttributeHash) -> Bool {
        backend.record(self, hash)
    }

    /// Records it to a bound instrument.
    @inlinable @inline(__always)
    public func record(to backend: OTelBoundBackend) { backend.record(self) }

    /// Reports it from a callback.
    public func observe(to receiver: OTelObservationReceiver, _ attributes: OTelAttributes) {
        receiver.observe(self, attributes)
    }
}

extension Double: OTelNumber {
    /// Records it without attributes.
    @inlinable @inline(__always)
    public func record(to backend: OTelInstrumentBackend) { backend.record(self) }

    /// Records it with attributes.
    @inlinable @inline(__always)
    public func record(to backend: OTelInstrumentBackend, _ attributes: OTelAttributes) {
        backend.record(self, attributes)
    }

    /// Records it by the hash of its attributes; false when that was not enough.
    @inlinable @inline(__always)
    public func record(to backend: OTelInstrumentBackend, _ hash: OTelAttributeHash) -> Bool {
        backend.record(self, hash)
    }

    /// Records it to a bound instrument.
    @inlinable @inline(__always)
    public func record(to backend: OTelBoundBackend) { backend.record(self) }

    /// Reports it from a callback.
    public func observe(to receiver: OTelObservationReceiver, _ attributes: OTelAttributes) {
        receiver.observe(self, attributes)
    }
}
