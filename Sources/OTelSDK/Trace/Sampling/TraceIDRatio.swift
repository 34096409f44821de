package import OTelAPI

/// The decision of ``Sampler/traceIDRatio(_:)`` as a bound on the trace id.
package struct TraceIDRatio: Sendable {
    /// Trace ids whose last 8 bytes, halved, are below it are included: the Go SDK's rule.
    let bound: UInt64

    /// For a ratio from 0 to 1; what is outside, or NaN, counts as the nearer of them, or 0.
    package init(_ ratio: Double) {
        self.bound = ratio >= 1 ? UInt64.max : ratio > 0 ? UInt64(ratio * 0x1p63) : 0
    }

    package func includes(_ traceID: OTelTraceID) -> Bool {
        traceID.low &>> 1 < self.bound
    }
}
