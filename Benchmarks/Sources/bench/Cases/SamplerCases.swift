import OTelAPI
import OTelSDK

/// Spans whose samplers are more than a bound on the trace id.
enum SamplerCases {
    static let all = [
        BenchmarkCase("sampler.ratio.child") { try child(.traceIDRatio(1)) },
        BenchmarkCase("sampler.probability.root") { try root(.parentBased(.probability(1))) },
        BenchmarkCase("sampler.probability.dropped") { try root(.parentBased(.probability(0x1p-56)), records: 0) },
        BenchmarkCase("sampler.probability.child") { try child(.parentBased(.probability(1))) },
        BenchmarkCase("sampler.composite.root") { try root(.composite(.parentThreshold(rules))) },
        BenchmarkCase("sampler.composite.child") { try child(.composite(.parentThreshold(rules))) },
        BenchmarkCase("sampler.remote-parent.tracestate") {
            let headers = [
                "traceparent": "00-0123456789abcdef0123456789abcdef-0123456789abcdef-03", "tracestate": "ot=th:0,v=1",
            ]
            return try under(OTel.extract(headers), .parentBased(.alwaysOn))
        },
    ]

    private static var rules: ComposableRuleBased {
        .ruleBased([
            .when(.attributeValues("http.route", ["/health"]), .alwaysOff),
            .when(.all([.spanKinds([.internal]), .parents([.none])]), .probability(1)),
            .otherwise(.alwaysOff),
        ])
    }

    private static func pipeline(_ sampler: Sampler) throws -> (Telemetry, OTelTracer) {
        let sink = TraceSink(.custom("discard", DiscardingExporter()), sampler: sampler, processor: .bursts)
        let telemetry = try Telemetry(Config(serviceName: "bench", sinks: [sink]))
        return (telemetry, telemetry.tracer("bench"))
    }

    private static func root(_ sampler: Sampler, records: Int = 1) throws -> Calls {
        let (telemetry, tracer) = try pipeline(sampler)
        return .recording(telemetry, records: records) { count in
            for _ in 0..<count { startEnd(tracer) }
        }
    }

    private static func child(_ sampler: Sampler) throws -> Calls {
        let (telemetry, tracer) = try pipeline(sampler)
        return run(telemetry, tracer, under: OTelContext(span: tracer.startSpan("parent")))
    }

    private static func under(_ parent: OTelContext, _ sampler: Sampler) throws -> Calls {
        let (telemetry, tracer) = try pipeline(sampler)
        return run(telemetry, tracer, under: parent)
    }

    private static func run(_ telemetry: Telemetry, _ tracer: OTelTracer, under parent: OTelContext) -> Calls {
        .recording(telemetry) { count in
            OTelContext.withValue(parent) { for _ in 0..<count { startEnd(tracer) } }
        }
    }
}
