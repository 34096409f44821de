import Foundation

/// What a customer asks for, checked.
struct OrderRequest: Sendable {
    let sku: String
    let quantity: Int
    /// A token that stands for a card, never part of the telemetry.
    let card: String
    /// The price of it all in euros.
    let total: Double

    init(json: Data) throws(OrderError) {
        guard let body = try? JSONDecoder().decode(Body.self, from: json) else { throw .malformed }
        guard let price = Self.prices[body.sku] else { throw .unknownSKU(body.sku) }
        guard (1...100).contains(body.quantity) else { throw .badQuantity(body.quantity) }
        self.sku = body.sku
        self.quantity = body.quantity
        self.card = body.card
        self.total = price * Double(body.quantity)
    }

    private struct Body: Decodable {
        var sku: String
        var quantity: Int
        var card: String
    }

    private static let prices = ["espresso": 2.5, "flat-white": 3.75, "filter": 3.0, "beans-1kg": 28.0]
}
