import OTelAPI

/// The orders table. Stands in for a database: each call takes its time and has the span of a database client.
actor OrderStore {
    private static let tracer = OTel.tracer("shop.store")
    private var rows: [String: Order] = [:]

    func insert(_ order: Order) async throws {
        try await self.query("INSERT") { self.rows[order.id] = order }
    }

    func select(_ id: String) async throws -> Order? {
        try await self.query("SELECT") { self.rows[id] }
    }

    private func query<Row>(_ operation: String, _ body: () -> Row) async throws -> Row {
        try await Self.tracer.withSpan(
            "\(operation) orders",
            kind: .client,
            attributes: [
                "db.system.name": "other_sql",
                "db.operation.name": .string(operation),
                "db.collection.name": "orders",
            ]
        ) { _ in
            try await Task.sleep(for: .milliseconds(1))
            return body()
        }
    }
}
