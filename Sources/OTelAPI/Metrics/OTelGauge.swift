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
    /// Which series the measurements go to is decided once for each SDK. Keep the result; making one costs much more
    /// than a call.
    public func bound(_ attributes: OTelAttributes) -> OTelBoundGauge<Value> {
        OTelBoundGauge(self.core.bound(attributes))
    }
}

extension OTelGauge where Value == Int {
    /// Records the present value.
    ///
    /// The attributes are not built without an SDK.
    @inlinable @inline(__always)
    public func record(_ value: Int, _ attributes: @autoclosure () -> OTelAttributes) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value, attributes()) }
    }

    /// Records the present value.
    @inlinable @inline(__always)
    public func record(_ value: Int) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value) }
    }
}

extension OTelGauge where Value == Double {
    /// Records the present value.
    ///
    /// The attributes are not built without an SDK.
    @inlinable @inline(__always)
    public func record(_ value: Double, _ attributes: @autoclosure () -> OTelAttributes) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value, attributes()) }
    }

    /// Records the present value.
    @inlinable @inline(__always)
    public func record(_ value: Double) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value) }
    }
}
