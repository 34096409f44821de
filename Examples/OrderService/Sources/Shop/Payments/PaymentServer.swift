import FlyingFox
import Foundation
import OTelAPI

/// The payment service: moves money, unless the card or the ledger says no.
public struct PaymentServer: Sendable {
    private static let tracer = OTel.tracer("shop.payments")
    private static let logger = OTel.logger("shop.payments")

    /// A service with no payments yet.
    public init() {}

    /// Adds the routes of the service.
    public func addRoutes(to server: HTTPServer) async {
        await server.addTraced(.GET, "/health") { _ in .json(["status": "ok"]) }
        await server.addTraced(.POST, "/charges") { request in
            let charge = try JSONDecoder().decode(Charge.self, from: try await request.bodyData)
            return .json(try await self.book(charge), .created)
        }
    }

    private func book(_ charge: Charge) async throws -> Receipt {
        try await Self.tracer.withSpan("book", attributes: ["payment.amount": .double(charge.amount)]) { span in
            try await Task.sleep(for: .milliseconds(3))
            switch charge.card {
            case "tok_declined":
                span.addEvent("declined", ["payment.decline.reason": "insufficient funds"])
                Self.logger.warn("charge declined", ["payment.amount": .double(charge.amount)])
                throw PaymentError.declined
            case "tok_unbooked":
                throw LedgerUnavailable(shard: 7)
            default:
                let receipt = Receipt(id: "pay-\(span.spanID)")
                Self.logger.info("charged", ["payment.id": .string(receipt.id)])
                return receipt
            }
        }
    }
}

/// The books of the payment service can't be reached: nothing that a client could be told.
struct LedgerUnavailable: Error {
    let shard: Int
}
