import NIOHTTP1
import OTelAPI

/// Makes calls, each inside a client span that the receiver is told about.
///
/// Names follow the semantic conventions for HTTP clients.
struct TracedClient: Sendable {
    private static let tracer = OTel.tracer("trace-context-service")

    private let client = HTTPClient()

    /// Never fails: a receiver that can't be reached is a result as well.
    func make(_ call: Call) async -> CallResult {
        do {
            return CallResult(url: call.address.url, status: try await self.post(call).code)
        } catch {
            return CallResult(url: call.address.url, error: "\(error)")
        }
    }

    private func post(_ call: Call) async throws -> HTTPResponseStatus {
        try await Self.tracer.withSpan(
            "POST",
            kind: .client,
            attributes: [
                "http.request.method": "POST",
                "url.full": .string(call.address.url),
                "server.address": .string(call.address.host),
                "server.port": .int(call.address.port),
            ]
        ) { span in
            var headers: HTTPHeaders = ["content-type": "application/json"]
            OTel.inject { headers.replaceOrAdd(name: $0, value: $1) }
            let status = try await self.client.post(call.body, to: call.address, headers: headers)
            span.setAttribute("http.response.status_code", Int(status.code))
            if status.code >= 400 {
                span.setAttribute("error.type", "\(status.code)")
                span.setStatus(.error)
            }
            return status
        }
    }
}
