/// A part of a composite sampler: says how likely a span should be sampled, without deciding
/// (`specification/trace/sdk.md`, "ComposableSampler").
///
/// Given to `Sampler.composite`. Any thread may call; must be quick, must not start spans, and should give the same
/// answer whatever the trace id is, or traces fall apart.
public protocol ComposableSampler: Sendable, CustomStringConvertible {
    /// What the sampler wants for one span.
    func samplingIntent(for request: SamplingIntent.Request) -> SamplingIntent

    /// Throws when a setting cannot be used; called once, when telemetry starts.
    ///
    /// `setting` is the sampler's place in the configuration, for the error. Accepts everything unless implemented.
    func validate(_ setting: String) throws(ConfigError)
}

extension ComposableSampler {
    /// Accepts everything.
    public func validate(_ setting: String) throws(ConfigError) {}
}
