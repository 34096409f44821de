import Dispatch
import OTelAPI

/// The code of Docs/Context.md.
@main
enum ContextGuide {
    static func main() async {
        let tracer = OTel.tracer("guide")
        await tracer.withSpan("request", parent: received) { span in
            let carried = await detached().value
            precondition(carried == span)
            await onQueue(expecting: span)
            let reloaded = await reload()
            precondition(reloaded == span)
        }
        withTenant()
        let handler = RequestHandler()
        handler.requestBegan(in: received)
        precondition(OTelSpan.current == received.span)
        handler.requestEnded()
        precondition(OTelSpan.current == .invalid)
    }

    /// What a server extracts from the headers of a request.
    private static let received: OTelContext = {
        let headers = ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]
        return OTel.extract(headers)
    }()
}

// Values of one's own travel with the span.
enum Tenant: OTelContextKey { typealias Value = String }

func withTenant() {
    OTelContext.withValue(OTelContext.current.with(Tenant.self, "acme")) {
        precondition(OTelContext.current[Tenant.self] == "acme")
    }
}

func detached() -> Task<OTelSpan, Never> {
    let context = OTelContext.current
    return Task.detached {
        await OTelContext.withValue(context) {
            await Task.yield()
            return OTelSpan.current
        }
    }
}

func onQueue(expecting span: OTelSpan) async {
    let queue = DispatchQueue(label: "work")
    await withCheckedContinuation { continuation in
        queue.async(
            execute: OTelContext.current.wrap {
                precondition(OTelSpan.current == span)
                continuation.resume()
            }
        )
    }
}

/// Callbacks of one thread, between which the context stays.
final class RequestHandler {
    private var token: OTelContext.Token?

    func requestBegan(in context: OTelContext) {
        self.token = context.attach()
    }

    func requestEnded() {
        self.token?.detach()
    }
}

func reload() async -> OTelSpan {
    await OTelContext.withoutTelemetry {
        await fetch()
    }
}

func fetch() async -> OTelSpan { .current }
