import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization

/// Runs the guide's code and checks what comes out at the end.
@main
struct Main {
    static func main() async throws {
        let exporter = KeepingExporter()
        let counter = SpanCounter()
        var config = configuration(.custom("kept", exporter), counter)
        config.idGenerator = CountingIDs()
        config.tracerConfigurator = quietLibraries()
        config.sinks.append(slowSpansOnly(.custom("slow", KeepingExporter())))
        let telemetry = try OTel.start(config)
        record()
        onlyTheShop(telemetry)
        let report = await telemetry.shutdown(timeout: .seconds(5))
        try check(exporter.spans, counter, report)
        for sampler in [byRules(), everySpanForProcessors(), byTheServer(), .custom(TenantSampler(tenant: "a"))] {
            print(sampler)
        }
        print(
            byVersion(),
            tenPercent(.custom("", exporter)).sampler,
            twoSinks(.custom("", exporter), .custom("", exporter)).count
        )
    }

    private static func record() {
        let shop = Shop()
        let context = OTelContext.root.with(["tenant": "acme"] as OTelBaggage)
        OTelContext.withValue(context) {
            try? shop.checkout(Order(id: "o-1", items: 2))
            try? shop.checkout(Order(id: "o-2", items: 0))
        }
        shop.batch([OTelSpanContext(traceID: OTelTraceID(high: 1, low: 2), spanID: OTelSpanID(3))])
        shop.whenNobodyListens()
        let job = shop.job()
        let order = Order(id: "o-3", items: 1)
        shop.manyAttributes(order, job)
        shop.costly(order, job)
        shop.rename(job, "/orders/:id")
        shop.failure(job, OutOfStock(sku: "abc"))
        shop.finish(job, at: .now)
        let tracer = OTel.tracer("shop")
        tracer.withSpan("GET", attributes: ["url.full": "https://example.com/a?token=1", "url.query": "token=1"]) { _ in
        }
        tracer.withSpan("GET", attributes: ["url.path": "/health"]) { _ in }
        OTel.tracer("cache").withSpan("get") { _ in }
    }

    private static func check(_ spans: [SpanView], _ counter: SpanCounter, _ report: TelemetryReport) throws {
        try expect(spans.count == 7 && counter.count == 8, "\(spans.count) spans exported, \(counter.count) seen")
        try expect(report.statistics.sinks.map(\.filtered) == [1, 8], "\(report)")
        try expect(spans.first { $0.name == "checkout" }?.attributes["tenant"] == "acme", "no tenant")
        let redacted = spans.first { $0.name == "GET" }?.attributes
        try expect(redacted == ["url.full": "https://example.com/a"], "not redacted: \(redacted ?? [:])")
        let failed = spans.filter { $0.status != .ok && $0.status != .unset }
        try expect(failed.map(\.name).sorted() == ["GET /orders/:id", "checkout", "reserve"], "\(failed.map(\.name))")
    }

    private static func expect(_ isTrue: Bool, _ message: String) throws {
        if !isTrue { throw Unexpected(message: message) }
    }
}

struct Unexpected: Error { let message: String }

/// Keeps the spans it gets.
final class KeepingExporter: SpanExporter {
    private let kept = Mutex<[SpanView]>([])
    var spans: [SpanView] { self.kept.withLock { $0 } }

    func export(_ batch: SpanBatch, by deadline: Deadline) throws(ExportError) -> ExportResult {
        self.kept.withLock { $0 += batch.spans }
        return .success
    }
}
