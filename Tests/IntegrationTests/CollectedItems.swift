/// A span as the collector shows it, without what only tests of its fields look at: quick to decode by the thousand.
struct CollectedSpan: Decodable {
    let name, traceId, spanId: String
    private let scope: Scope
    private let resource: Resource

    private struct Scope: Decodable {
        let name: String
    }

    private struct Resource: Decodable {
        let serviceName: CollectedText

        private enum CodingKeys: String, CodingKey { case serviceName = "service.name" }
    }

    var scopeName: String { self.scope.name }
    var serviceName: String { self.resource.serviceName.stringValue ?? "" }
}

/// The same of a log record.
struct CollectedLog: Decodable {
    private let body: CollectedText

    var text: String { self.body.stringValue ?? "" }
}

private struct CollectedText: Decodable {
    let stringValue: String?
}

/// A sum, for those who only want to know how much it is.
struct CollectedSum: Decodable {
    let name: String
    private let points: [Point]

    private struct Point: Decodable {
        let value: Int?
    }

    var total: Int { self.points.reduce(0) { $0 + ($1.value ?? 0) } }
}
