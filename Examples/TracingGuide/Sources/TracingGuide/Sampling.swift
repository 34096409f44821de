import JaegerRemoteSampler
import OTelAPI
import OTelSDK

func tenPercent(_ exporter: SpanExporterFactory) -> TraceSink {
    TraceSink(exporter, sampler: .parentBased(.probability(0.1)))
}

func twoSinks(_ archive: SpanExporterFactory, _ live: SpanExporterFactory) -> [any Sink] {
    [
        TraceSink(archive, sampler: .parentBased(.probability(0.01))),
        TraceSink(live, sampler: .alwaysOn),
    ]
}

func byRules() -> Sampler {
    .composite(
        .parentThreshold(
            .ruleBased([
                .when(.attributeValues("url.path", ["/health", "/metrics"]), .alwaysOff),
                .when(.spanKinds([.server]), .annotating(["sampled.by": "server rule"], .probability(0.5))),
                .otherwise(.probability(0.01)),
            ])
        )
    )
}

func everySpanForProcessors() -> Sampler {
    .alwaysRecord(.parentBased(.probability(0.1)))
}

func byTheServer() -> Sampler {
    .parentBased(.jaegerRemote(endpoint: "http://jaeger:5778/sampling", initialSampler: .probability(0.001)))
}

/// Keeps what one tenant does.
struct TenantSampler: CustomSampler {
    let tenant: String
    var description: String { "TenantSampler{\(self.tenant)}" }

    func shouldSample(_ candidate: SpanCandidate) -> SamplingResult {
        guard candidate.parent.baggage["tenant"] == self.tenant else { return SamplingResult(.drop) }
        return SamplingResult(.recordAndSample, attributes: ["sampled.for": .string(self.tenant)])
    }
}
