import FlyingFox

/// Why a charge failed.
enum PaymentError: Error, HTTPError {
    /// The card does not pay.
    case declined
    /// The payment service answered with something else.
    case unavailable(status: Int)

    var status: HTTPStatusCode {
        switch self {
        case .declined: .paymentRequired
        case .unavailable: .badGateway
        }
    }

    var reason: String {
        switch self {
        case .declined: "payment declined"
        case .unavailable: "payment service unavailable"
        }
    }
}
