/// Keeps the last value recorded: a temperature, the size of a pool.
///
/// A cheap handle that may be kept for good: it works before an SDK is installed, binds to it when it comes, and
/// outlives shutdown and a new start. Any thread or task may call; nothing it does throws, blocks or traps.
public final class OTelGauge<Value: OTelNumber>: Sendable {
    @usableFromInline let cell: BackendCell<OTelInstrumentBackend>
    private let core: InstrumentCore

    init(_ core: InstrumentCore) {
        self.core = core
        self.cell = core.cell
    }

    /// Whether a measurement would be kept; false without an SDK.
    ///
    /// Worth asking only when the value is expensive to find. The answer changes over time: ask each time.
    public var isEnabled: Bool { self.core.isEnabled }

    /// The same instrument with attributes known in advance: each call then skips looking them up.
    ///
    /// Which series the measurements go to is decided once for each SDK, and again when its views change. Keep the
    /// result; making one costs much more than a call.
    public func bound(_ attributes: OTelAttributes) -> OTelBoundGauge<Value> {
        OTelBoundGauge(self.core.bound(attributes))
    }
}

extension OTelGauge {
    /// Records `value`, which replaces the one before.
    @inlinable @inline(__always)
    public func record(_ value: Value) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { value.record(to: $0) }
    }

    /// Records `value`, which replaces the one before.
    ///
    /// The attributes are not built without an SDK.
    @inlinable @inline(__always)
    public func record(_ value: Value, _ attributes: @autoclosure () -> OTelAttributes) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { value.record(to: $0, attributes()) }
    }
}

// Short forms, the cheapest for attributes that are not known in advance.
extension OTelGauge {
    /// Records `value` with one attribute; no collection is made for it.
    @inlinable @inline(__always)
    public func record<A: OTelAttributeValue>(
        _ value: Value,
        _ key1: OTelAttributeKey,
        _ value1: A
    ) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { value.record(to: $0, key1, value1) }
    }

    /// Records `value` with two attributes; no collection is made for them.
    @inlinable @inline(__always)
    public func record<A: OTelAttributeValue, B: OTelAttributeValue>(
        _ value: Value,
        _ key1: OTelAttributeKey,
        _ value1: A,
        _ key2: OTelAttributeKey,
        _ value2: B
    ) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { value.record(to: $0, key1, value1, key2, value2) }
    }

    /// Records `value` with three attributes; no collection is made for them.
    @inlinable @inline(__always)
    public func record<A: OTelAttributeValue, B: OTelAttributeValue, C: OTelAttributeValue>(
        _ value: Value,
        _ key1: OTelAttributeKey,
        _ value1: A,
        _ key2: OTelAttributeKey,
        _ value2: B,
        _ key3: OTelAttributeKey,
        _ value3: C
    ) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { value.record(to: $0, key1, value1, key2, value2, key3, value3) }
    }

    /// Records `value` with four attributes; no collection is made for them.
    @inlinable @inline(__always)
    public func record<A: OTelAttributeValue, B: OTelAttributeValue, C: OTelAttributeValue, D: OTelAttributeValue>(
        _ value: Value,
        _ key1: OTelAttributeKey,
        _ value1: A,
        _ key2: OTelAttributeKey,
        _ value2: B,
        _ key3: OTelAttributeKey,
        _ value3: C,
        _ key4: OTelAttributeKey,
        _ value4: D
    ) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef {
            value.record(to: $0, key1, value1, key2, value2, key3, value3, key4, value4)
        }
    }
}
