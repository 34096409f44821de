import FlyingFox
import Foundation
import OTelAPI

/// The order service: takes orders, shows them, and orders goods again in the background.
public struct OrderServer: Sendable {
    private static let logger = OTel.logger("shop.orders")

    private let checkout: Checkout
    private let cache = OrderCache(capacity: 100)
    private let restock = RestockQueue()

    /// A service with no orders yet.
    public init(payments: PaymentClient) {
        self.checkout = Checkout(payments: payments, store: OrderStore(), restock: self.restock)
    }

    /// Adds the routes of the service.
    public func addRoutes(to server: HTTPServer) async {
        await server.addTraced(.GET, "/health") { _ in .json(["status": "ok"]) }
        await server.addTraced(.POST, "/orders") { request in
            let order = try self.orderRequest(try await request.bodyData)
            return .json(try await self.checkout.place(order), .created)
        }
        await server.addTraced(.GET, "/orders/:id") { request in
            .json(try await self.order(request.routeParameters["id"] ?? ""))
        }
    }

    /// Orders goods again until the task is cancelled.
    public func runBackgroundJobs() async {
        await RestockJob(queue: self.restock).run()
    }

    private func orderRequest(_ json: Data) throws(OrderError) -> OrderRequest {
        do {
            return try OrderRequest(json: json)
        } catch {
            Self.logger.warn("order refused", ["order.refusal": .string(error.reason)])
            throw error
        }
    }

    private func order(_ id: String) async throws -> Order {
        if let order = self.cache.order(id) { return order }
        guard let order = try await self.checkout.store.select(id) else { throw OrderError.notFound(id) }
        self.cache.keep(order)
        return order
    }
}
