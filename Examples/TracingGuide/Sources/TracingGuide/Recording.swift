import OTelAPI

struct Order: Sendable {
    var id: String
    var items: Int
}

struct OutOfStock: Error { let sku: String }

/// What code that records does; it depends on the API alone.
struct Shop: Sendable {
    private static let tracer = OTel.tracer("shop", version: "1.4.0")

    func checkout(_ order: Order) throws {
        try Self.tracer.withSpan(
            "checkout",
            kind: .server,
            attributes: ["order.id": .string(order.id), "order.items": .int(order.items)]
        ) { span in
            span.addEvent("validated")
            try self.reserve(order)
            span.setStatus(.ok)
        }
    }

    func reserve(_ order: Order) throws {
        try Self.tracer.withSpan("reserve") { span in
            guard order.items > 0 else { throw OutOfStock(sku: "abc") }
            span.setAttribute("warehouse", "north")
        }
    }

    func manyAttributes(_ order: Order, _ span: OTelSpan) {
        span.setAttributes {
            $0.set("order.id", order.id)
            $0.set("order.items", order.items)
            $0.set("order.express", false)
        }
        span.addEvent("cache miss") {
            $0.set("tier", "memory")
            $0.set("size", 4096)
        }
    }

    func costly(_ order: Order, _ span: OTelSpan) {
        if span.isRecording {
            span.setAttribute("order.summary", "\(order)")
        }
    }

    func rename(_ span: OTelSpan, _ route: String) {
        span.updateName("GET \(route)")
        span.setAttribute("http.route", route)
    }

    func failure(_ span: OTelSpan, _ error: any Error) {
        span.recordException(error, ["exception.escaped": false])
        span.setStatus(.error("payment refused"))
    }

    func batch(_ messages: [OTelSpanContext]) {
        Self.tracer.withSpan("process", kind: .consumer, links: messages.map { OTelLink($0) }) { _ in }
    }

    func job() -> OTelSpan {
        Self.tracer.startSpan("nightly job", parent: .root)
    }

    func finish(_ job: OTelSpan, at end: OTelTimestamp) {
        job.end(at: end)
    }

    func whenNobodyListens() {
        guard Self.tracer.isEnabled else { return }
        // …
    }
}
