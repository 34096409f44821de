import OTLPProto
import OTelAPI
import OTelSDK

/// What the application's own parts of the pipeline add to `span.5attr`.
///
/// Each does as little as it can: the numbers are what calling it costs.
enum SpanExtensionCases {
    static let all = [
        BenchmarkCase("span.5attr.processor") { try recording(processors: [IdleProcessor()]) },
        BenchmarkCase("span.5attr.filter") { try recording(filter: { $0.kind != .client }) },
        BenchmarkCase("span.5attr.custom-sampler") { try recording(sampler: .custom(RecordEverything())) },
        BenchmarkCase("span.5attr.2sinks") { try recording(sinks: 2) },
    ]

    private static func recording(
        sinks: Int = 1,
        sampler: Sampler = .parentBased(.alwaysOn),
        filter: (@Sendable (SpanView) -> Bool)? = nil,
        processors: [any SpanProcessor] = []
    ) throws -> Calls {
        let all = (0..<sinks).map { _ in
            TraceSink(.custom("discard", DiscardingExporter()), sampler: sampler, filter: filter, processor: .bursts)
        }
        let telemetry = try Telemetry(Config(serviceName: "bench", sinks: all, spanProcessors: processors))
        let tracer = telemetry.tracer("bench")
        let request = Request.sample
        return .recording(telemetry) { count in for _ in 0..<count { fiveAttributes(tracer, request) } }
    }
}

private struct IdleProcessor: SpanProcessor {}

private struct RecordEverything: CustomSampler {
    let description = "record everything"

    func shouldSample(_ candidate: SpanCandidate) -> SamplingResult { SamplingResult(.recordAndSample) }
}
