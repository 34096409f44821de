/// What the order service asks of the payment service.
struct Charge: Codable, Sendable {
    /// In euros.
    var amount: Double
    /// A token that stands for a card, never part of the telemetry.
    var card: String
}

/// What the payment service answers when the money has moved.
struct Receipt: Codable, Sendable {
    var id: String
}
