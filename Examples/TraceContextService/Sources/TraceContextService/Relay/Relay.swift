import NIOHTTP1
import OTelAPI

/// Does what `POST /test` asks for, inside a server span that continues the caller's trace.
///
/// Names follow the semantic conventions for HTTP servers.
struct Relay: Sendable {
    static let route = "/test"
    private static let tracer = OTel.tracer("trace-context-service")

    private let client = TracedClient()

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let method = request.method.rawValue
        var attributes: OTelAttributes = [
            "http.request.method": .string(method), "url.scheme": "http", "url.path": .string(request.path),
        ]
        let isRouted = request.path == Self.route && request.method == .POST
        if isRouted { attributes["http.route"] = .string(Self.route) }
        return await Self.tracer.withSpan(
            // What clients make up has no place in the name of a span.
            isRouted ? "POST \(Self.route)" : "HTTP",
            kind: .server,
            parent: OTel.extract(request.headers),
            attributes: attributes
        ) { span in
            let response = await self.response(to: request, span)
            span.setAttribute("http.response.status_code", Int(response.status.code))
            return response
        }
    }

    private func response(to request: HTTPRequest, _ span: OTelSpan) async -> HTTPResponse {
        do {
            return try HTTPResponse(.ok, json: await self.results(of: Self.calls(in: request)))
        } catch let error as HTTPError {
            return HTTPResponse(error.status, text: error.reason)
        } catch {
            span.recordException(error)
            span.setStatus(.error("\(error)"))
            return HTTPResponse(.internalServerError, text: "internal error")
        }
    }

    private static func calls(in request: HTTPRequest) throws(HTTPError) -> [Call] {
        guard request.path == self.route else { throw HTTPError(.notFound, "try \(self.route)") }
        guard request.method == .POST else { throw HTTPError(.methodNotAllowed, "try POST") }
        guard let body = request.body else { throw HTTPError(.payloadTooLarge, "the body is too large") }
        return try Call.list(body)
    }

    /// Makes the calls one after the other, as the suite asks for.
    private func results(of calls: [Call]) async -> [CallResult] {
        var results: [CallResult] = []
        for call in calls where !Task.isCancelled { results.append(await self.client.make(call)) }
        return results
    }
}
