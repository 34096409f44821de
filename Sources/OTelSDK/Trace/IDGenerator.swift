public import OTelAPI

/// Makes the ids of spans and traces (`specification/trace/sdk.md`, "Id Generators").
///
/// Any thread may call. An all-zero id is invalid and replaced by a random one. By default ids are random, from a
/// generator of each thread that the kernel seeds, anew in a forked child.
public protocol IDGenerator: Sendable {
    /// An id for a new trace.
    func traceID() -> OTelTraceID

    /// An id for a new span.
    func spanID() -> OTelSpanID

    /// Whether the last 7 bytes of every trace id are uniformly random: then root spans say so in their flags, and
    /// samplers everywhere may rely on it (W3C trace context level 2, "Random Trace ID Flag").
    ///
    /// Must not change.
    var makesRandomTraceIDs: Bool { get }
}

extension IDGenerator {
    /// Nothing is promised.
    public var makesRandomTraceIDs: Bool { false }
}
