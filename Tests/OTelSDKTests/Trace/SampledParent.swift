import OTelAPI
import TestSupport

/// A parent as a propagator makes it, for tests of samplers.
func sampledParent(
    _ low: UInt64 = 1,
    _ header: String = "",
    flags: OTelTraceFlags = [.sampled, .random],
    isRemote: Bool = true
) -> OTelContext {
    OTelContext(
        span: OTelSpan(
            OTelSpanContext(
                traceID: OTelTraceID(high: 1, low: low),
                spanID: OTelSpanID(1),
                traceFlags: flags,
                traceState: OTelTraceState(validHeader: header),
                isRemote: isRemote
            )
        )
    )
}
