import EncodeBench
import OTelSDK

enum EncodeCases {
    static let all = [
        BenchmarkCase("encode.otlp.per-span") {
            let exporter = EncodeBench()
            let sink = TraceSink(.custom("encode", exporter), processor: .bursts)
            let telemetry = try Telemetry(Config(serviceName: "bench", sinks: [sink]))
            let tracer = telemetry.tracer("bench")
            let request = Request.sample
            for _ in 0..<500 { fiveAttributes(tracer, request) }
            telemetry.flushBlocking()
            let size = exporter.encode(spans: 500)
            return Calls(
                run: { count in precondition(exporter.encode(spans: count) == size) },
                problem: { _ in size > 500 * 100 ? nil : "a request of 500 spans has \(size) bytes" }
            )
        }
    ]
}
