/// An order that was paid for.
struct Order: Codable, Sendable {
    var id: String
    var sku: String
    var quantity: Int
    /// In euros.
    var total: Double
    var payment: String
}
