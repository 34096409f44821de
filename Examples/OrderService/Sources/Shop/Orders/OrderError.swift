import FlyingFox

/// Why an order can't be placed or shown.
enum OrderError: HTTPError {
    case malformed
    case unknownSKU(String)
    case badQuantity(Int)
    case notFound(String)

    var status: HTTPStatusCode {
        switch self {
        case .malformed: .badRequest
        case .unknownSKU, .badQuantity: .unprocessableContent
        case .notFound: .notFound
        }
    }

    var reason: String {
        switch self {
        case .malformed: "expected JSON with sku, quantity and card"
        case .unknownSKU(let sku): "no article \"\(sku)\""
        case .badQuantity(let quantity): "quantity is \(quantity); expected 1 to 100"
        case .notFound(let id): "no order \"\(id)\""
        }
    }
}
