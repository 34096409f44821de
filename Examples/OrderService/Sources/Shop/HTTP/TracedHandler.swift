import FlyingFox
import OTelAPI

/// Answers the requests of one route inside a server span that continues the caller's trace.
///
/// Names follow the semantic conventions for HTTP servers.
struct TracedHandler: HTTPHandler {
    private static let tracer = OTel.tracer("shop.http")
    private static let logger = OTel.logger("shop.http")
    private static let active = OTel.meter("shop.http").upDownCounter(
        "http.server.active_requests",
        unit: "{request}",
        description: "Requests being answered"
    )
    private static let duration = OTel.meter("shop.http").histogram(
        "http.server.request.duration",
        of: Double.self,
        unit: "s",
        description: "Time from a request to its answer",
        boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
    )

    /// The path as a template: few distinct values, whatever the callers send.
    let route: String
    let answer: @Sendable (HTTPRequest) async throws -> HTTPResponse

    func handleRequest(_ request: HTTPRequest) async -> HTTPResponse {
        let clock = ContinuousClock()
        let start = clock.now
        let method = request.method.rawValue
        let attributes: OTelAttributes = ["http.request.method": .string(method), "url.scheme": "http"]
        Self.active.add(1, attributes)
        defer { Self.active.add(-1, attributes) }

        let response = await Self.tracer.withSpan(
            "\(method) \(self.route)",
            kind: .server,
            parent: OTel.extract { request.headers[HTTPHeader($0)] },
            attributes: attributes.merging(["http.route": .string(self.route), "url.path": .string(request.path)])
        ) { span in
            let response = await self.response(to: request, span)
            span.setAttribute("http.response.status_code", response.statusCode.code)
            // What the client did wrong is no error of the server.
            if response.statusCode.code >= 500 {
                span.setAttribute("error.type", "\(response.statusCode.code)")
                span.setStatus(.error)
            }
            return response
        }
        Self.duration.record(
            (clock.now - start) / .seconds(1),
            attributes.merging([
                "http.route": .string(self.route), "http.response.status_code": .int(response.statusCode.code),
            ])
        )
        return response
    }

    private func response(to request: HTTPRequest, _ span: OTelSpan) async -> HTTPResponse {
        do {
            return try await self.answer(request)
        } catch let error as any HTTPError {
            return .json(["error": error.reason], error.status)
        } catch {
            span.recordException(error)
            span.setStatus(.error("\(error)"))
            Self.logger.error("request failed", ["http.route": .string(self.route)], error: error)
            return .json(["error": "internal error"], .internalServerError)
        }
    }
}

extension HTTPServer {
    /// Adds a route whose requests are traced.
    func addTraced(
        _ method: HTTPMethod,
        _ route: String,
        _ answer: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse
    ) {
        self.appendRoute(HTTPRoute(method: method, path: route), to: TracedHandler(route: route, answer: answer))
    }
}
