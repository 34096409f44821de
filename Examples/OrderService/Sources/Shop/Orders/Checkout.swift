import OTelAPI

/// Turns a customer's wish into a paid order.
struct Checkout: Sendable {
    private static let tracer = OTel.tracer("shop.orders", version: "1.0.0")
    private static let logger = OTel.logger("shop.orders", version: "1.0.0")
    private static let meter = OTel.meter("shop.orders", version: "1.0.0")
    private static let orders = meter.counter("orders", unit: "{order}", description: "Orders placed")
    private static let revenue = meter.counter("revenue", of: Double.self, unit: "{EUR}", description: "Money earned")
    private static let duration = meter.histogram(
        "checkout.duration",
        of: Double.self,
        unit: "s",
        description: "Time from a valid order to its payment",
        boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]
    )

    let payments: PaymentClient
    let store: OrderStore
    let restock: RestockQueue

    func place(_ request: OrderRequest) async throws -> Order {
        let clock = ContinuousClock()
        let start = clock.now
        let attributes: OTelAttributes = ["order.sku": .string(request.sku), "order.quantity": .int(request.quantity)]
        do {
            // An error that leaves the closure is recorded on the span and sets its status.
            let order = try await Self.tracer.withSpan("checkout", attributes: attributes) { span in
                let receipt = try await self.payments.charge(Charge(amount: request.total, card: request.card))
                span.addEvent("paid", ["payment.id": .string(receipt.id)])
                let order = Order(
                    id: "\(span.spanID)",
                    sku: request.sku,
                    quantity: request.quantity,
                    total: request.total,
                    payment: receipt.id
                )
                try await self.store.insert(order)
                span.setAttribute("order.id", order.id)
                self.restock.append(order, span.context)
                Self.logger.info("order placed", ["order.id": .string(order.id), "order.total": .double(order.total)])
                return order
            }
            Self.orders.add(1, ["order.sku": .string(order.sku)])
            Self.revenue.add(order.total)
            Self.duration.record((clock.now - start) / .seconds(1))
            return order
        } catch {
            Self.logger.error("checkout failed", attributes, error: error)
            Self.duration.record((clock.now - start) / .seconds(1), ["error.type": "\(type(of: error))"])
            throw error
        }
    }
}
