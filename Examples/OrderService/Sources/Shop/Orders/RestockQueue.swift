import OTelAPI
import Synchronization

/// Orders whose goods have to be ordered again.
final class RestockQueue: Sendable {
    struct Item: Sendable {
        var sku: String
        var quantity: Int
        /// The span that placed the order.
        var origin: OTelSpanContext
    }

    private let items = Mutex<[Item]>([])

    init() {
        // Asked at each collection, and never in between.
        OTel.meter("shop.restock").observableGauge(
            "restock.queue.depth",
            unit: "{order}",
            description: "Orders whose goods have to be ordered again"
        ) { [weak self] observer in
            if let self { observer.observe(self.items.withLock { $0.count }) }
        }
    }

    func append(_ order: Order, _ origin: OTelSpanContext) {
        self.items.withLock { $0.append(Item(sku: order.sku, quantity: order.quantity, origin: origin)) }
    }

    /// Takes everything out.
    func drain() -> [Item] {
        self.items.withLock { items in
            defer { items = [] }
            return items
        }
    }
}
