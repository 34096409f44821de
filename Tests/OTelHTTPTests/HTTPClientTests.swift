import Synchronization
import TestSupport
import Testing

@testable import OTelHTTP

/// Against a real server on the loopback interface; its faults are in `HTTPClientTests+Faults.swift`.
@Suite("HTTP client")
struct HTTPClientTests {
    @Test("sends the request as configured, and nothing of its own that a server could stumble over")
    func request() throws {
        let seen = Mutex<[ReceivedRequest]>([])
        let server = try ScriptedServer.answering { request in
            seen.withLock { $0.append(request) }
            return ok
        }
        defer { server.stop() }
        let client = try makeClient(server, path: "/v1/traces?a=b") {
            $0.headers = [
                (name: "X-Tenant", value: "blue"), (name: "X-Empty", value: ""), (name: "X-Twice", value: "1"),
            ]
        }
        let outcome = client.post(
            Array("hello".utf8),
            contentEncoding: "gzip",
            extraHeaders: [("x-twice", "2"), ("Authorization", "Bearer t")]
        )
        #expect(outcome.response?.status == 200)
        let request = try #require(seen.withLock { $0.first })
        #expect(request.requestLine == "POST /v1/traces?a=b HTTP/1.1")
        #expect(request.body == Array("hello".utf8))
        let expected = [
            "content-type": ["application/x-protobuf"], "content-encoding": ["gzip"], "content-length": ["5"],
            "user-agent": ["test/1.0"], "accept-encoding": ["gzip"], "x-tenant": ["blue"], "x-empty": [""],
            "x-twice": ["2"], "authorization": ["Bearer t"], "expect": [], "transfer-encoding": [],
        ]
        for (name, values) in expected { #expect(request.values(name) == values, "\(name)") }
    }

    @Test(
        "sends a body of any size intact and without waiting for 100 Continue",
        arguments: [0, 1, 70_000, 10_000_000]
    )
    func bodySize(count: Int) throws {
        let body = noise(count)
        let seen = Mutex<[ReceivedRequest]>([])
        let server = try ScriptedServer.answering { request in
            seen.withLock { $0.append(request) }
            return ok
        }
        defer { server.stop() }
        let outcome = try makeClient(server).post(body)
        #expect(outcome.response?.status == 200)
        let request = try #require(seen.withLock { $0.first })
        let isIntact = request.body == body
        #expect(isIntact)
        #expect(request.values("expect") == [])
        #expect(request.values("content-length") == ["\(count)"])
    }

    @Test("sends an empty body that has no address")
    func nilBody() throws {
        let server = try ScriptedServer.answering { request in
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + (request.values("content-length").first ?? "?")
        }
        defer { server.stop() }
        let outcome = try makeClient(server).post(
            UnsafeRawBufferPointer(start: nil, count: 0),
            contentType: "text/plain",
            contentEncoding: nil,
            extraHeaders: [],
            timeout: .seconds(1)
        )
        #expect(outcome.response?.body == Array("0".utf8))
    }

    @Test("gets without a body, before, between and after requests that have one")
    func get() throws {
        let seen = Mutex<[ReceivedRequest]>([])
        let server = try ScriptedServer.answering { request in
            seen.withLock { $0.append(request) }
            return "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"
        }
        defer { server.stop() }
        let client = try makeClient(server, path: "/sampling?service=a%20b") {
            $0.headers = [(name: "X-Tenant", value: "blue")]
        }
        for _ in 0..<2 {
            #expect(client.get(timeout: .seconds(5)).response?.body == Array("yes".utf8))
            #expect(client.post([1, 2, 3]).response?.status == 200)
        }
        let requests = seen.withLock { $0 }
        try #require(requests.count == 4)
        for request in [requests[0], requests[2]] {
            #expect(request.requestLine == "GET /sampling?service=a%20b HTTP/1.1")
            #expect(request.values("x-tenant") == ["blue"])
            #expect(request.values("user-agent") == ["test/1.0"])
            for name in ["content-type", "content-length", "content-encoding"] {
                #expect(request.values(name) == [], "\(name)")
            }
        }
        for request in [requests[1], requests[3]] {
            #expect(request.requestLine == "POST /sampling?service=a%20b HTTP/1.1")
            #expect(request.body == [1, 2, 3])
        }
        #expect(server.connectionCount == 1)
    }

    @Test("gives up a GET in time, and ends it at once when cancelled before")
    func unansweredGet() throws {
        let server = try ScriptedServer(Stall.beforeAnswer.serve)
        defer { server.stop() }
        let client = try makeClient(server)
        let duration = ContinuousClock().measure {
            #expect(client.get(timeout: .milliseconds(100)).failure?.kind == .timeout)
            client.cancel()
            #expect(client.get(timeout: .seconds(5)).failure?.kind == .cancelled)
        }
        #expect(duration < .seconds(1))
    }

    @Test("keeps its connection alive from request to request")
    func keepAlive() throws {
        let server = try ScriptedServer.answering { _ in ok }
        defer { server.stop() }
        let client = try makeClient(server)
        for _ in 0..<3 { #expect(client.post([1, 2, 3]).response?.status == 200) }
        #expect(server.connectionCount == 1)
    }

    @Test("connects anew after its connections were discarded")
    func discard() throws {
        let server = try ScriptedServer.answering { _ in ok }
        defer { server.stop() }
        let client = try makeClient(server)
        #expect(client.post([1]).response?.status == 200)
        client.discardConnections()
        #expect(client.post([1]).response?.status == 200)
        #expect(server.connectionCount == 2)
    }

    @Test(
        "returns every status as a response, redirects unfollowed",
        arguments: [200, 202, 302, 307, 400, 404, 429, 503]
    )
    func status(status: Int) throws {
        let requests = Atomic(0)
        let server = try ScriptedServer.answering { _ in
            requests.add(1, ordering: .relaxed)
            return "HTTP/1.1 \(status) Word\r\nLocation: /elsewhere\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 4\r\n\r\nbody"
        }
        defer { server.stop() }
        let outcome = try makeClient(server).post([1])
        let expected = HTTPResponse(
            status: status,
            contentType: "text/plain; charset=utf-8",
            retryAfter: nil,
            body: Array("body".utf8)
        )
        #expect(outcome.response == expected)
        #expect(requests.load(ordering: .relaxed) == 1)
    }

    @Test(
        "reads Retry-After as sent",
        arguments: [
            (header: "Retry-After: 120\r\n", expected: "120"),
            (header: "retry-after:0\r\n", expected: "0"),
            (header: "RETRY-AFTER: \t Fri, 31 Dec 1999 23:59:59 GMT  \r\n", expected: "Fri, 31 Dec 1999 23:59:59 GMT"),
            (header: "Retry-After:\r\n", expected: ""),
            (header: "X-Retry-After: 3\r\nRetry-After-X: 3\r\n", expected: nil),
            (header: "", expected: nil),
        ] as [(header: String, expected: String?)]
    )
    func retryAfter(header: String, expected: String?) throws {
        let server = try ScriptedServer.answering { _ in
            "HTTP/1.1 100 Continue\r\nRetry-After: 99\r\n\r\n"
                + "HTTP/1.1 503 Busy\r\n\(header)Content-Length: 0\r\n\r\n"
        }
        defer { server.stop() }
        let client = try makeClient(server)
        #expect(client.post([1]).response?.retryAfter == expected)
        #expect(client.post([1]).response?.status == 503)
    }

    @Test("forgets body and Retry-After of the answer before")
    func noLeftovers() throws {
        let first = Atomic(true)
        let server = try ScriptedServer.answering { _ in
            first.exchange(false, ordering: .relaxed)
                ? "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc"
                : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        }
        defer { server.stop() }
        let client = try makeClient(server)
        #expect(client.post([1]).response?.retryAfter == "7")
        let empty = HTTPResponse(status: 200, contentType: "", retryAfter: nil, body: [])
        #expect(client.post([1]).response == empty)
    }

    @Test("inflates a compressed answer")
    func compressedAnswer() throws {
        let text = repetitive(100_000)
        let packed = gzipped(text)
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
                connection.send(packed)
            }
        }
        defer { server.stop() }
        let isIntact = try makeClient(server).post([1]).response?.body == text
        #expect(isIntact)
    }

    @Test("opens sockets that an exec'd program does not inherit")
    func closeOnExec() throws {
        let server = try ScriptedServer.answering { _ in ok }
        defer { server.stop() }
        let client = try makeClient(server)
        #expect(client.post([1]).response?.status == 200)
        let sockets = descriptors(connectedTo: server.port)
        #expect(sockets.count == 1)
        #expect(sockets.allSatisfy { isCloseOnExec($0) })
    }
}

// MARK: - Shared by the suite's files

let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

func makeClient(
    _ server: ScriptedServer,
    path: String = "/v1/traces",
    _ change: (inout HTTPClient.Configuration) -> Void = { _ in }
) throws -> HTTPClient {
    try makeClient(url: "http://127.0.0.1:\(server.port)\(path)", change)
}

func makeClient(
    url: String,
    _ change: (inout HTTPClient.Configuration) -> Void = { _ in }
) throws -> HTTPClient {
    var configuration = HTTPClient.Configuration(url: url, userAgent: "test/1.0")
    change(&configuration)
    return try HTTPClient(configuration)
}

extension HTTPClient {
    /// `post` with what most tests need.
    func post(
        _ body: [UInt8],
        contentEncoding: String? = nil,
        extraHeaders: [(String, String)] = [],
        timeout: Duration = .seconds(5)
    ) -> HTTPOutcome {
        body.withUnsafeBytes {
            self.post(
                $0,
                contentType: "application/x-protobuf",
                contentEncoding: contentEncoding,
                extraHeaders: extraHeaders,
                timeout: timeout
            )
        }
    }
}

extension HTTPOutcome {
    var response: HTTPResponse? {
        if case .response(let response) = self { response } else { nil }
    }

    var failure: HTTPFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

func gzipped(_ input: [UInt8]) -> [UInt8] {
    var encoder = GzipEncoder()
    return input.withUnsafeBytes { encoder.compress($0, level: 6) } ?? []
}
