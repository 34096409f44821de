import OTelAPI

/// Orders goods again, for many orders at a time.
struct RestockJob: Sendable {
    private static let tracer = OTel.tracer("shop.restock")
    private static let logger = OTel.logger("shop.restock")

    let queue: RestockQueue

    /// Works until the task is cancelled, then once more.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(500))
            self.restock(self.queue.drain())
        }
    }

    /// One span in a trace of its own, linked to the spans that caused it.
    private func restock(_ items: [RestockQueue.Item]) {
        guard !items.isEmpty else { return }
        Self.tracer.withSpan(
            "restock",
            parent: .root,
            attributes: ["restock.orders": .int(items.count)],
            links: items.map { OTelLink($0.origin) }
        ) { span in
            for (sku, items) in Dictionary(grouping: items, by: \.sku).sorted(by: { $0.key < $1.key }) {
                let quantity = items.reduce(0) { $0 + $1.quantity }
                span.addEvent("ordered", ["order.sku": .string(sku), "order.quantity": .int(quantity)])
                if quantity > 50 { Self.logger.warn("stock is low", ["order.sku": .string(sku)]) }
            }
            Self.logger.info("restocked", ["restock.orders": .int(items.count)])
        }
    }
}
