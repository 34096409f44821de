/// Sums increments that are never negative: requests served, bytes sent.
///
/// A cheap handle that may be kept for good: it works before an SDK is installed, binds to it when it comes, and
/// outlives shutdown and a new start. Any thread or task may call; nothing it does throws, blocks or traps.
public final class OTelCounter<Value: OTelNumber>: Sendable {
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
    /// Which series the measurements go to is decided once for each SDK. Keep the result; making one costs much more
    /// than a call.
    public func bound(_ attributes: OTelAttributes) -> OTelBoundCounter<Value> {
        OTelBoundCounter(self.core.bound(attributes))
    }
}

extension OTelCounter where Value == Int {
    /// Adds `value`, which must not be negative: a negative one is ignored and counted.
    ///
    /// The attributes are not built without an SDK.
    @inlinable @inline(__always)
    public func add(_ value: Int, _ attributes: @autoclosure () -> OTelAttributes) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value, attributes()) }
    }

    /// Adds `value`, which must not be negative: a negative one is ignored and counted.
    @inlinable @inline(__always)
    public func add(_ value: Int) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value) }
    }
}

extension OTelCounter where Value == Double {
    /// Adds `value`, which must not be negative: a negative one is ignored and counted.
    ///
    /// The attributes are not built without an SDK.
    @inlinable @inline(__always)
    public func add(_ value: Double, _ attributes: @autoclosure () -> OTelAttributes) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value, attributes()) }
    }

    /// Adds `value`, which must not be negative: a negative one is ignored and counted.
    @inlinable @inline(__always)
    public func add(_ value: Double) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value) }
    }
}
