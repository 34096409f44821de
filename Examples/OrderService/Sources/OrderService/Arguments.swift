/// The command line.
struct Arguments {
    enum Role {
        case orders(paymentPort: UInt16)
        case payments
    }

    static let usage = "usage: order-service orders PORT OTLP-ENDPOINT PAYMENT-PORT | payments PORT OTLP-ENDPOINT"

    var role: Role
    /// 0 picks a free one.
    var port: UInt16
    /// Where telemetry goes, such as `http://localhost:4318`.
    var otlpEndpoint: String

    /// What the service is called in telemetry.
    var name: String {
        switch self.role {
        case .orders: "order-service"
        case .payments: "payment-service"
        }
    }

    /// Nil when the arguments are not those of `usage`.
    init?(_ arguments: [String]) {
        guard arguments.count >= 4, let port = UInt16(arguments[2]) else { return nil }
        switch (arguments[1], arguments.count) {
        case ("payments", 4):
            self.role = .payments
        case ("orders", 5):
            guard let paymentPort = UInt16(arguments[4]) else { return nil }
            self.role = .orders(paymentPort: paymentPort)
        default:
            return nil
        }
        self.port = port
        self.otlpEndpoint = arguments[3]
    }
}
