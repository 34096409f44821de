/// A counter bound to attributes known in advance (`specification/metrics/api.md`, "Bind").
///
/// Works before an SDK is installed and binds to it when it comes. Any thread or task may call.
public final class OTelBoundCounter<Value: OTelNumber>: Sendable {
    @usableFromInline let word: BoundWord
    private let core: BoundCore

    init(_ core: BoundCore) {
        self.core = core
        self.word = core.word
    }
}

extension OTelBoundCounter {
    /// Adds `value`, which must not be negative: a negative one is ignored and counted.
    @inlinable @inline(__always)
    public func add(_ value: Value) {
        self.word.backend._withUnsafeGuaranteedRef { value.record(to: $0) }
    }
}
