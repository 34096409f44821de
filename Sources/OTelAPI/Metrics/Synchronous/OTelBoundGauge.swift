/// A gauge bound to attributes known in advance (`specification/metrics/api.md`, "Bind").
///
/// Works before an SDK is installed and binds to it when it comes. Any thread or task may call.
public final class OTelBoundGauge<Value: OTelNumber>: Sendable {
    @usableFromInline let word: BoundWord
    private let core: BoundCore

    init(_ core: BoundCore) {
        self.core = core
        self.word = core.word
    }
}

extension OTelBoundGauge {
    /// Records `value`, which replaces the one before.
    @inlinable @inline(__always)
    public func record(_ value: Value) {
        self.word.backend._withUnsafeGuaranteedRef { value.record(to: $0) }
    }
}
