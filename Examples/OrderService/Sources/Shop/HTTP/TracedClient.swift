import FlyingFox
import FlyingSocks
import Foundation
import OTelAPI

/// Calls another service inside a client span, and tells it about the span.
///
/// Names follow the semantic conventions for HTTP clients.
struct TracedClient: Sendable {
    private static let tracer = OTel.tracer("shop.http")

    let host: String
    let port: UInt16

    /// Sends `body` and returns the status and body of the answer.
    func post(_ path: String, _ body: some Encodable & Sendable) async throws -> (status: HTTPStatusCode, body: Data) {
        try await Self.tracer.withSpan(
            "POST \(path)",
            kind: .client,
            attributes: [
                "http.request.method": "POST",
                "url.full": .string("http://\(self.host):\(self.port)\(path)"),
                "server.address": .string(self.host),
                "server.port": .int(self.port),
            ]
        ) { span in
            var request = HTTPRequest(
                method: .POST,
                version: .http11,
                path: path,
                query: [],
                headers: [.host: "\(self.host):\(self.port)", .contentType: "application/json"],
                body: try JSONEncoder().encode(body)
            )
            OTel.inject { request.headers[HTTPHeader($0)] = $1 }

            var client = HTTPClient()
            let response = try await client.sendHTTPRequest(request, to: .inet(ip4: self.host, port: self.port))
            span.setAttribute("http.response.status_code", response.statusCode.code)
            if response.statusCode.code >= 400 {
                span.setAttribute("error.type", "\(response.statusCode.code)")
                span.setStatus(.error)
            }
            return (response.statusCode, try await response.bodyData)
        }
    }
}
