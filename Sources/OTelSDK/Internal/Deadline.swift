import COTelRuntime

/// A point on the monotonic clock by which something has to be over.
public struct Deadline: Sendable, Hashable, Comparable {
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// The point after `duration` from now; a negative duration is over already.
    public static func after(_ duration: Duration) -> Deadline {
        Deadline(nanoseconds: cotel_monotonic_ns().addingClamped(duration.nanosecondsClamped))
    }

    /// Never.
    public static var never: Deadline { Deadline(nanoseconds: UInt64(Int64.max)) }

    /// The time that is left; zero when it is over.
    public var remaining: Duration {
        let now = cotel_monotonic_ns()
        return self.nanoseconds > now ? .nanoseconds(Int64(clamping: self.nanoseconds - now)) : .zero
    }

    /// Whether the point has passed.
    public var isOver: Bool { cotel_monotonic_ns() >= self.nanoseconds }

    /// The point in the middle between now and this one.
    var half: Deadline {
        let now = cotel_monotonic_ns()
        return Deadline(nanoseconds: self.nanoseconds > now ? now + (self.nanoseconds - now) / 2 : self.nanoseconds)
    }

    /// Earlier comes first.
    public static func < (left: Deadline, right: Deadline) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

extension Duration {
    /// Whole nanoseconds, from 0 to about 292 years.
    package var nanosecondsClamped: UInt64 {
        let (seconds, attoseconds) = self.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let limit: Int64 = 9_000_000_000
        guard seconds < limit else { return UInt64(limit) * 1_000_000_000 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}

extension UInt64 {
    fileprivate func addingClamped(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = self.addingReportingOverflow(other)
        return overflow ? UInt64(Int64.max) : Swift.min(sum, UInt64(Int64.max))
    }
}
