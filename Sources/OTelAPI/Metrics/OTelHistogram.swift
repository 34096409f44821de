/// Counts values in ranges, with their sum, least and greatest: durations, sizes.
///
/// A cheap handle that may be kept for good: it works before an SDK is installed, binds to it when it comes, and
/// outlives shutdown and a new start. Any thread or task may call; nothing it does throws, blocks or traps.
public final class OTelHistogram<Value: OTelNumber>: Sendable {
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
    public func bound(_ attributes: OTelAttributes) -> OTelBoundHistogram<Value> {
        OTelBoundHistogram(self.core.bound(attributes))
    }
}

extension OTelHistogram where Value == Int {
    /// Records `value`, which should not be negative.
    ///
    /// The attributes are not built without an SDK.
    @inlinable @inline(__always)
    public func record(_ value: Int, _ attributes: @autoclosure () -> OTelAttributes) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value, attributes()) }
    }

    /// Records `value`, which should not be negative.
    @inlinable @inline(__always)
    public func record(_ value: Int) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value) }
    }
}

extension OTelHistogram where Value == Double {
    /// Records `value`, which should not be negative.
    ///
    /// The attributes are not built without an SDK.
    @inlinable @inline(__always)
    public func record(_ value: Double, _ attributes: @autoclosure () -> OTelAttributes) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value, attributes()) }
    }

    /// Records `value`, which should not be negative.
    @inlinable @inline(__always)
    public func record(_ value: Double) {
        guard let backend = self.cell.backend else { return }
        backend._withUnsafeGuaranteedRef { $0.record(value) }
    }
}
