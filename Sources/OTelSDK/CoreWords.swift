import COTelRuntime
import OTelWire

/// What the recording path reads without a lock.
struct CoreWords: @unchecked Sendable {
    // Safety: the limits are never written again, `closed` is read and written atomically; nothing is ever freed.
    /// Those of a span, followed by those of its events and its links.
    let spanLimits: UnsafePointer<cotel_limits>
    let logLimits: UnsafePointer<cotel_limits>
    /// What the SDK's spans say whose they are: 1 to 255, given out in turn.
    let owner: UInt64
    private let closed: UnsafeMutablePointer<UInt64>

    private static let nextOwner = SpinLocked<UInt64>(1)

    init(span: [cotel_limits], log: cotel_limits) {
        let limits = UnsafeMutablePointer<cotel_limits>.allocate(capacity: span.count + 1)
        limits.initialize(to: log)
        for (index, one) in span.enumerated() { (limits + 1 + index).initialize(to: one) }
        self.logLimits = UnsafePointer(limits)
        self.spanLimits = UnsafePointer(limits + 1)
        self.owner = Self.nextOwner.withLock { next in
            defer { next = next % 255 + 1 }
            return next
        }
        self.closed = .allocate(capacity: 1)
        self.closed.initialize(to: 0)
    }

    /// Whether shutdown has begun.
    @inline(__always)
    var isClosed: Bool { cotel_load64_relaxed(self.closed) != 0 }

    /// False when it was closed already.
    func close() -> Bool {
        cotel_exchange64(self.closed, 1) == 0
    }
}
