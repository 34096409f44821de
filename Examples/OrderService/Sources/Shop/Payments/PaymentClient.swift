import FlyingFox
import Foundation

/// The order service's view of the payment service.
public struct PaymentClient: Sendable {
    private let client: TracedClient

    /// A client of the payment service at this address.
    public init(host: String, port: UInt16) {
        self.client = TracedClient(host: host, port: port)
    }

    func charge(_ charge: Charge) async throws -> Receipt {
        let answer = try await self.client.post("/charges", charge)
        switch answer.status {
        case .created: return try JSONDecoder().decode(Receipt.self, from: answer.body)
        case .paymentRequired: throw PaymentError.declined
        default: throw PaymentError.unavailable(status: answer.status.code)
        }
    }
}
