import OTelAPI

/// A small history that has a bit of everything, shared by the tests of all formats.
enum Story {
    private static let millisecond = 1_000_000
    static let query = OTelSpanID(0xc0ff_ee00_1234_5678)
    static let health = OTelSpanID(0x1111_2222_3333_4444)
    private static let exception: OTelAttributes = [
        "exception.type": "Shop.Refused", "exception.message": "too late",
    ]

    static var items: [Fixture.Item] { Self.beginning + Self.middle + Self.end }

    private static var beginning: [Fixture.Item] {
        [
            Fixture.Log(
                at: -5 * self.millisecond,
                body: "listening on 0.0.0.0:8080",
                attributes: ["workers": 8],
                scope: OTelScope("app")
            ).item,
            Fixture.Span(
                name: "POST /orders",
                kind: .server,
                attributes: ["url.path": "/orders", "user.id": "u1", "items": [1, 2, 3]]
            ).item,
            Fixture.Log(
                at: self.millisecond,
                severity: .debug,
                body: "cart loaded",
                attributes: ["sku": "abc", "note": "two words"],
                trace: Fixture.trace,
                span: Fixture.span
            ).item,
            self.charge.item,
            self.healthCheck.item,
        ]
    }

    private static var middle: [Fixture.Item] {
        var health = self.healthCheck
        health.end = 2_300_000
        health.attributes = ["http.response.status_code": 200]
        health.status = .ok
        var query = Fixture.Span(
            id: self.query,
            parent: Fixture.child,
            name: "SELECT cards",
            kind: .client,
            start: 3 * self.millisecond,
            scope: OTelScope("postgres")
        )
        let begun = query.item
        query.end = 4 * self.millisecond
        query.attributes = ["db.rows": 1]
        let slow = Fixture.Log(
            at: 5 * self.millisecond,
            severity: .warn,
            body: "slow answer:\n  retrying",
            attributes: ["attempt": 2],
            trace: Fixture.trace,
            span: Fixture.child
        )
        return [health.item, begun, query.item, slow.item]
    }

    private static var end: [Fixture.Item] {
        var charge = self.charge
        charge.end = 9 * self.millisecond
        charge.attributes = ["amount": 12.34, "retries": 1]
        charge.events = [
            (5 * self.millisecond, "retry", ["attempt": 2]), (8 * self.millisecond, "exception", self.exception),
        ]
        charge.status = .error("too late")
        return [
            Fixture.Log(
                at: 8 * self.millisecond,
                severity: .error,
                body: "charge failed",
                attributes: self.exception.merging([
                    "exception.stacktrace": "at charge() Card.swift:12\nat pay() Shop.swift:40", "order": "o-17",
                ]),
                trace: Fixture.trace,
                span: Fixture.child
            ).item,
            charge.item,
            Fixture.Log(
                at: 10 * self.millisecond,
                body: "will be asked again",
                eventName: "order.unpaid",
                trace: Fixture.trace,
                span: Fixture.span
            ).item,
            Fixture.Span(
                name: "POST /orders",
                kind: .server,
                end: 12 * self.millisecond,
                attributes: ["url.path": "/orders", "http.response.status_code": 402],
                links: [OTelLink(OTelSpanContext(traceID: Fixture.otherTrace, spanID: self.health))],
                status: .error("unpaid")
            ).item,
        ]
    }

    private static var charge: Fixture.Span {
        Fixture.Span(
            id: Fixture.child,
            parent: Fixture.span,
            name: "charge card",
            kind: .client,
            start: 2 * self.millisecond,
            attributes: ["amount": 12.34]
        )
    }

    private static var healthCheck: Fixture.Span {
        Fixture.Span(
            trace: Fixture.otherTrace,
            id: self.health,
            name: "GET /health",
            kind: .server,
            start: 2_100_000,
            scope: OTelScope("http")
        )
    }
}
