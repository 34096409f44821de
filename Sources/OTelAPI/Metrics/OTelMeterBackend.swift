/// What an SDK implements behind every `OTelMeter` of one instrumentation scope. Applications never see it.
open class OTelMeterBackend: @unchecked Sendable {
    // Safety: without state of its own; subclasses keep theirs immutable or locked.
    public init() {}
}
