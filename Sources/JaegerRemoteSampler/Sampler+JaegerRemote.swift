public import OTelSDK

extension Sampler {
    /// Asks a sampling server what to sample: Jaeger, or a collector with its `jaegerremotesampling` extension.
    ///
    /// Looks up `GET <endpoint>?service=<Config.serviceName>` when the first telemetry that uses the sampler starts,
    /// and then every `pollingInterval`, on a thread of its own; recording never waits for it. Until the first answer
    /// `initialSampler` decides. The server may ask for a probability (which decides as `traceIDRatio` does), for a
    /// number of traces a second, or for a probability by the name of the span with a guaranteed rate for each name;
    /// at most 2000 names are told apart. While the server cannot be reached, or answers something else, the last
    /// strategy stays in force; the change is reported as a `Diagnostic`, once.
    ///
    /// Sampled spans carry the attributes that Jaeger's adaptive sampling looks for: `sampler.type` (`probabilistic`,
    /// `ratelimiting` or `lowerbound`) and `sampler.param` (a double).
    ///
    /// Decides on every span, whatever its parent: as a rule it belongs inside `parentBased`. Telemetries that share
    /// the sampler share its thread and its strategy: the first one's service name is asked for.
    /// See `specification/trace/sdk.md`, "JaegerRemoteSampler". Of the protocols, this is the one over HTTP.
    ///
    /// - Parameters:
    ///   - endpoint: the address without the service: `http` or `https`, with a host. A query that it has is kept.
    ///   - pollingInterval: the time from the end of one look-up to the next; more than zero.
    ///   - initialSampler: decides until the first strategy arrives.
    ///   - headers: sent with every request; the values are never shown.
    ///   - timeout: what one look-up may take; more than zero.
    /// - Returns: a sampler that follows the server. Nothing is checked before a telemetry starts with it.
    public static func jaegerRemote(
        endpoint: String = "http://localhost:5778/sampling",
        pollingInterval: Duration = .seconds(60),
        initialSampler: Sampler = .traceIDRatio(0.001),
        headers: [String: String] = [:],
        timeout: Duration = .seconds(10)
    ) -> Sampler {
        let settings = PollingSettings(
            endpoint: endpoint,
            interval: pollingInterval,
            headers: headers,
            timeout: timeout
        )
        return .custom(RemoteSampler(settings, initial: initialSampler))
    }
}
