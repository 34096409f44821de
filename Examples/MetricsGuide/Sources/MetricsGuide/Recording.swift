import OTelAPI

/// A value of the application's own in attributes.
enum Tier: String, OTelAttributeValue {
    case free, gold
    var attributeValue: OTelValue { .string(self.rawValue) }
}

struct Order: Sendable {
    var shop: String
    var items: Int
    var total: Double
    var tier: Tier
}

/// What code that measures does; it depends on the API alone.
struct Shop: Sendable {
    private static let meter = OTel.meter("shop", version: "1.4.0")
    private static let orders = meter.counter("shop.orders", unit: "{order}", description: "Orders placed")
    private static let revenue = meter.counter("shop.revenue", of: Double.self, unit: "{EUR}")
    private static let open = meter.upDownCounter("shop.orders.open", unit: "{order}")
    private static let temperature = meter.gauge("shop.cooler.temperature", of: Double.self, unit: "Cel")
    private static let duration = meter.histogram("shop.checkout.duration", of: Double.self, unit: "s")

    /// The dictionary: any number of attributes of any kind.
    func place(_ order: Order) {
        Self.orders.add(1, ["shop": .string(order.shop), "express": false, "items": .int(order.items)])
    }

    /// The short form: up to four attributes, no collection is made.
    func placeShort(_ order: Order) {
        Self.orders.add(1, "shop", order.shop, "express", false, "tier", order.tier)
    }

    /// Attributes known in advance.
    private static let expressOrders = orders.bound(["shop": "north", "express": true])

    func placeExpress() {
        Self.expressOrders.add(1)
    }

    func pay(_ order: Order) {
        Self.revenue.add(order.total, "shop", order.shop, "tier", order.tier)
    }

    func begin() { Self.open.add(1) }
    func finish() { Self.open.add(-1) }

    func check(cooler: Double) {
        Self.temperature.record(cooler, "cooler", "a")
    }

    func checkout(_ order: Order) {
        let start = ContinuousClock.now
        self.place(order)
        Self.duration.record((ContinuousClock.now - start) / .seconds(1), "shop", order.shop)
    }

    func whenNobodyListens() {
        guard Self.temperature.isEnabled else { return }
        Self.temperature.record(self.readSlowSensor(), "cooler", "b")
    }

    private func readSlowSensor() -> Double { 4.5 }
}

/// An instrument whose author knows what its values are like.
func advised(_ meter: OTelMeter) -> OTelHistogram<Double> {
    meter.histogram(
        "http.server.request.duration",
        of: Double.self,
        unit: "s",
        description: "Duration of HTTP server requests",
        boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
        attributeKeys: ["http.request.method", "http.response.status_code", "http.route"]
    )
}
