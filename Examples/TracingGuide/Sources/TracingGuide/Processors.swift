import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization

/// Adds what every span of this service should say.
struct TenantProcessor: SpanProcessor {
    func onStart(_ span: ReadWriteSpan, parent: OTelContext) {
        if let tenant = parent.baggage["tenant"] { span.span.setAttribute("tenant", tenant) }
    }
}

/// Takes the query out of urls before anybody else sees it.
struct QueryRedactor: SpanProcessor {
    func onEnding(_ span: ReadWriteSpan) {
        guard case .string(let url)? = span.snapshot?.attributes["url.full"] else { return }
        span.span.setAttribute("url.full", String(url.prefix { $0 != "?" }))
        span.removeAttribute("url.query")
    }
}

/// Keeps the noise of health checks away from every sink.
struct HealthCheckDropper: SpanProcessor {
    func onEnding(_ span: ReadWriteSpan) {
        if case .string("/health")? = span.snapshot?.attributes["url.path"] { span.drop() }
    }
}

/// Counts spans, those that are dropped or only recorded too.
final class SpanCounter: SpanProcessor {
    private let spans = OTel.meter("span counter").counter("spans.ended", unit: "{span}")
    private let seen = Mutex(0)
    var count: Int { self.seen.withLock { $0 } }

    func onEnd(_ span: SpanView) {
        self.spans.add(1, ["span.kind": .string("\(span.kind)")])
        self.seen.withLock { $0 += 1 }
    }
}

func configuration(_ exporter: SpanExporterFactory, _ counter: SpanCounter) -> Config {
    Config(
        serviceName: "shop",
        sinks: [TraceSink(exporter)],
        spanProcessors: [TenantProcessor(), QueryRedactor(), HealthCheckDropper(), counter]
    )
}

func slowSpansOnly(_ exporter: SpanExporterFactory) -> TraceSink {
    TraceSink(
        exporter,
        filter: { span in
            guard let end = span.endTime else { return false }
            return end.unixNanoseconds - span.startTime.unixNanoseconds > 500_000_000
        }
    )
}
