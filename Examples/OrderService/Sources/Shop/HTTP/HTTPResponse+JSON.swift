import FlyingFox
import Foundation

extension HTTPResponse {
    /// A body of JSON.
    static func json(_ body: some Encodable, _ status: HTTPStatusCode = .ok) -> HTTPResponse {
        do {
            let data = try JSONEncoder().encode(body)
            return HTTPResponse(statusCode: status, headers: [.contentType: "application/json"], body: data)
        } catch {
            return HTTPResponse(statusCode: .internalServerError)
        }
    }
}
