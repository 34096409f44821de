import OTelAPI
import Synchronization

/// The orders read last, so that the store is not asked twice.
///
/// Holds at most `capacity`; the oldest makes room.
final class OrderCache: Sendable {
    private static let logger = OTel.logger("shop.cache")
    private static let meter = OTel.meter("shop.cache")
    // Attributes known in advance are bound once: the call then costs a few nanoseconds.
    private static let lookups = meter.counter("cache.lookups", unit: "{lookup}", description: "Lookups by result")
    private static let hits = lookups.bound(["cache.result": "hit"])
    private static let misses = lookups.bound(["cache.result": "miss"])

    private struct Entries {
        var orders: [String: Order] = [:]
        var ids: [String] = []
    }

    private let entries = Mutex(Entries())
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    func order(_ id: String) -> Order? {
        let order = self.entries.withLock { $0.orders[id] }
        (order == nil ? Self.misses : Self.hits).add(1)
        Self.logger.debug(order == nil ? "cache miss" : "cache hit", ["order.id": .string(id)])
        return order
    }

    func keep(_ order: Order) {
        self.entries.withLock { entries in
            guard entries.orders.updateValue(order, forKey: order.id) == nil else { return }
            entries.ids.append(order.id)
            if entries.ids.count > self.capacity { entries.orders[entries.ids.removeFirst()] = nil }
        }
    }
}
