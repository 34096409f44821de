/// A histogram bound to attributes known in advance (`specification/metrics/api.md`, "Bind").
///
/// Works before an SDK is installed and binds to it when it comes. Any thread or task may call.
public final class OTelBoundHistogram<Value: OTelNumber>: Sendable {
    @usableFromInline let word: BoundWord
    private let core: BoundCore

    init(_ core: BoundCore) {
        self.core = core
        self.word = core.word
    }
}

extension OTelBoundHistogram {
    /// Records `value`, which should not be negative.
    @inlinable @inline(__always)
    public func record(_ value: Value) {
        self.word.backend._withUnsafeGuaranteedRef { value.record(to: $0) }
    }
}
