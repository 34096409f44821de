import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@testable import PrometheusExporter

@Suite("Scraping over HTTP", .serialized, .ownThread)
struct ScrapeServerTests {
    private static let text = "# TYPE requests_total counter\nrequests_total 3\n"

    @Test("GET gets the metrics, HEAD their header, over one connection")
    func getAndHead() throws {
        let endpoint = try OpenEndpoint()
        let client = try RawClient(endpoint.port)
        client.request()
        let response = try client.response()
        #expect(response.status == 200)
        #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(response.text.hasSuffix(Self.text))
        client.request("HEAD")
        let head = try client.response(toHead: true)
        #expect(head.status == 200)
        #expect(head.headers["content-length"] == "\(response.body.count)")
        client.request("GET", "/metrics?name=x", headers: ["Connection: close"])
        #expect(try client.response().text == response.text)
        #expect(client.isEnded())
    }

    @Test("the format is what the client asks for")
    func negotiation() throws {
        let endpoint = try OpenEndpoint()
        let headers = ["Accept: text/plain;q=0.1, application/openmetrics-text;version=1.0.0;escaping=dots"]
        let response = try RawClient.get(endpoint.port, headers: headers)
        let expected = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=dots"
        #expect(response.headers["content-type"] == expected)
        #expect(response.text.hasSuffix("# EOF\n"))
    }

    @Test("elsewhere there is a hint only")
    func otherPaths() throws {
        let endpoint = try OpenEndpoint(path: "/internal/prometheus")
        for path in ["/", "/metrics", "/internal/prometheus/", "/internal/prometheusx", "/%00", "/../etc/passwd"] {
            let response = try RawClient.get(endpoint.port, path)
            #expect(response.status == 404)
            #expect(response.text == "Metrics are at /internal/prometheus\n")
        }
        #expect(try RawClient.get(endpoint.port, "/internal/prometheus").status == 200)
    }

    @Test("other methods are refused", arguments: ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
    func otherMethods(method: String) throws {
        let endpoint = try OpenEndpoint()
        let client = try RawClient(endpoint.port)
        client.request(method, headers: ["Content-Length: 4"])
        client.send("body")
        let response = try client.response()
        #expect(response.status == 405)
        #expect(response.headers["allow"] == "GET, HEAD")
    }

    @Test("a body is ignored")
    func body() throws {
        let endpoint = try OpenEndpoint()
        let client = try RawClient(endpoint.port)
        client.request(headers: ["Content-Length: 100000"])
        client.send(String(repeating: "x", count: 100_000))
        #expect(try client.response().status == 200)
    }

    @Test("a header that is too large is refused")
    func largeHeader() throws {
        let endpoint = try OpenEndpoint()
        let long = String(repeating: "a", count: HTTPDaemon.maxHeaderBytes)
        for (path, header, status) in [("/metrics", "X: \(long)", 431), ("/\(long)", "X: y", 414)] {
            let client = try RawClient(endpoint.port)
            client.request("GET", path, headers: [header])
            #expect(try client.response().status == status)
            #expect(client.isEnded())
        }
    }

    @Test(
        "malformed requests end their own connection at most",
        arguments: [
            "\r\n\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "GET /metrics HTTP/9.9\r\n\r\n", "GET\r\n\r\n", ": :\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nAccept: \u{FF}\u{0}\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
        ]
    )
    func malformed(request: String) throws {
        let endpoint = try OpenEndpoint()
        let client = try RawClient(endpoint.port)
        client.send(request)
        #expect(try RawClient.get(endpoint.port).text.hasSuffix(Self.text))
    }

    @Test("a client that does not read holds up no other one")
    func slowClient() throws {
        let value = OTelValue.string(String(repeating: "x", count: 16 << 20))
        let isLarge = Atomic(true)
        let endpoint = try OpenEndpoint { _ in
            [.gauge("g", attributes: ["a": isLarge.exchange(false, ordering: .relaxed) ? value : "small"])]
        }
        let slow = try RawClient(endpoint.port)
        slow.request()
        #expect(slow.hasData(within: 20_000))
        for _ in 0..<10 { #expect(try RawClient.get(endpoint.port).text.hasSuffix("g{a=\"small\"} 1\n")) }
        #expect(try slow.response().body.count > 16 << 20)
    }

    @Test("many clients at once get complete answers")
    func concurrentClientsConcurrentSafe() throws {
        let collections = Atomic(0)
        let endpoint = try OpenEndpoint { _ in
            collections.add(1, ordering: .relaxed)
            return (0..<100).map { .counter("c\($0)") }
        }
        let port = endpoint.port
        let complete = Threads.run(8) { _ in
            (0..<25).filter { _ in
                let headers = ["Accept: application/openmetrics-text"]
                guard let text = try? RawClient.get(port, headers: headers).text else { return false }
                return text.hasSuffix("# EOF\n") && text.contains("\nc99_total 1\n")
            }.count
        }
        #expect(complete == Array(repeating: 25, count: 8))
        #expect(collections.load(ordering: .relaxed) == 200)
    }

    @Test("there are so many connections at most; others wait for their turn")
    func connectionLimit() throws {
        let endpoint = try OpenEndpoint()
        var clients: [RawClient] = []
        for _ in 0..<HTTPDaemon.maxConnections {
            let client = try RawClient(endpoint.port)
            client.request()
            #expect(try client.response().status == 200)
            clients.append(client)
        }
        let waiting = try RawClient(endpoint.port)
        waiting.request()
        #expect(!waiting.hasData(within: 300))
        clients.removeFirst()
        #expect(try waiting.response().status == 200)
    }

    @Test("a collection that takes too long is answered in time, and reported")
    func lateCollection() throws {
        let gate = Monitor(false)
        let endpoint = try OpenEndpoint(timeout: .seconds(1)) { _ in
            _ = gate.wait(until: .after(.seconds(20))) { $0 ? true : nil }
            return []
        }
        #expect(try RawClient.get(endpoint.port).status == 503)
        #expect(endpoint.warnings.all.count == 1)
        gate.update { $0 = true }
        #expect(try RawClient.get(endpoint.port).status == 200)
    }

    @Test(
        "collections are given most of the time that there is: what is set, or less if the client waits for less",
        arguments: [
            (nil, 70), ("3", 30), ("2.5", 25), ("100", 70), ("0", 70), ("-1", 70), ("nan", 70), ("1e300", 70),
            ("x", 70),
        ]
    )
    func collectionDeadline(header: String?, tenths: Int) throws {
        let remaining = Mutex(Duration.zero)
        let endpoint = try OpenEndpoint(timeout: .seconds(7)) { deadline in
            remaining.withLock { $0 = deadline.remaining }
            return []
        }
        let headers = header.map { ["X-Prometheus-Scrape-Timeout-Seconds: \($0)"] } ?? []
        #expect(try RawClient.get(endpoint.port, headers: headers).status == 200)
        let limit = Duration.milliseconds(90 * tenths)
        #expect(remaining.withLock { $0 > limit - .seconds(1) && $0 <= limit }, "\(remaining.withLock { $0 })")
    }
}

@Suite("The life of an endpoint", .serialized, .ownThread)
struct EndpointLifeTests {
    private func handler(_ collect: @escaping ScrapeHandler.Collect = { _ in [] }) -> ScrapeHandler {
        ScrapeHandler(path: "/metrics", timeout: .seconds(5), resource: [:], ExpositionOptions(), collect: collect)
    }

    @Test("a port that is taken is an error that names it")
    func portInUse() throws {
        let endpoint = try OpenEndpoint()
        let error = #expect(throws: ConfigError.self) {
            try ScrapeServer(host: "127.0.0.1", port: endpoint.port, self.handler()).start()
        }
        #expect(error?.setting == "PrometheusSink.port")
        #expect(error?.value == "\(endpoint.port)")
    }

    @Test(
        "a host that is not this machine is an error that names it",
        arguments: ["192.0.2.1", "not a host", "no.invalid"]
    )
    func badHost(host: String) {
        let error = #expect(throws: ConfigError.self) {
            try ScrapeServer(host: host, port: 0, self.handler()).start()
        }
        #expect(error?.setting == "PrometheusSink.host")
        #expect(error?.value == host)
    }

    @Test("localhost is where IPv4 clients look")
    func localhost() throws {
        let bound = BoundPort()
        let server = ScrapeServer(host: "localhost", port: 0, bound: bound, self.handler())
        try server.start()
        let port = try #require(bound.value)
        #expect(try RawClient.get(port).status == 200)
        #expect(server.stop(by: .after(.seconds(10))))
        #expect(bound.value == nil)
    }

    @Test("after the end the port is free and idle connections are closed; it can be opened again")
    func stop() throws {
        let endpoint = try OpenEndpoint()
        let idle = try RawClient(endpoint.port)
        idle.request()
        #expect(try idle.response().status == 200)
        #expect(endpoint.server.stop(by: .after(.seconds(10))))
        #expect(idle.isEnded())
        #expect(throws: RawClient.Failure.self) { try RawClient(endpoint.port) }
        #expect(endpoint.server.stop(by: .after(.seconds(10))))
        let again = ScrapeServer(host: "127.0.0.1", port: endpoint.port, self.handler())
        try again.start()
        #expect(again.stop(by: .after(.seconds(10))))
    }

    @Test("an endpoint that comes and goes leaves nothing behind")
    func openAndClose() throws {
        let before = openDescriptors()
        for _ in 0..<300 {
            let endpoint = try OpenEndpoint()
            let clients = try (0..<3).map { _ in try RawClient(endpoint.port) }
            clients[0].request()
            #expect(try clients[0].response().status == 200)
            #expect(endpoint.server.stop(by: .after(.seconds(10))))
        }
        // Other tests may be at work.
        #expect(openDescriptors() < before + 100)
    }

    @Test("a client that does not read holds up the end for a moment only")
    func stopWithSlowClient() throws {
        let endpoint = try OpenEndpoint { _ in
            [.gauge("g", attributes: ["a": .string(String(repeating: "x", count: 16 << 20))])]
        }
        let slow = try RawClient(endpoint.port)
        slow.request()
        #expect(slow.hasData(within: 20_000))
        let clock = ContinuousClock()
        let duration = clock.measure { #expect(endpoint.server.stop(by: .after(.seconds(15)))) }
        #expect(duration < .seconds(10))
        #expect(slow.isEnded())
    }

    @Test("an answer that is under way at the end is still given")
    func stopWhileAnswering() throws {
        let hasBegun = Monitor(false)
        let gate = Monitor(false)
        let endpoint = try OpenEndpoint { _ in
            hasBegun.update { $0 = true }
            _ = gate.wait(until: .after(.seconds(20))) { $0 ? true : nil }
            return [.gauge()]
        }
        let client = try RawClient(endpoint.port)
        client.request()
        #expect(hasBegun.wait(until: .after(.seconds(20))) { $0 ? true : nil } == true)
        let port = endpoint.port
        let results = Threads.run(2) { index in
            if index == 0 { return endpoint.server.stop(by: .after(.seconds(15))) }
            // The end has begun when nobody is let in any more.
            let isRefused = Threads.wait { (try? RawClient(port)) == nil }
            gate.update { $0 = true }
            return isRefused
        }
        #expect(results == [true, true])
        #expect(try client.response().text.hasSuffix("g 1\n"))
    }

    @Test("a collection that hangs does not hold up the end beyond its deadline")
    func stopWhileCollecting() throws {
        let hasBegun = Monitor(false)
        let gate = Monitor(false)
        let endpoint = try OpenEndpoint { _ in
            hasBegun.update { $0 = true }
            _ = gate.wait(until: .after(.seconds(30))) { $0 ? true : nil }
            return []
        }
        defer { gate.update { $0 = true } }
        let client = try RawClient(endpoint.port)
        client.request()
        #expect(hasBegun.wait(until: .after(.seconds(20))) { $0 ? true : nil } == true)
        let clock = ContinuousClock()
        let duration = clock.measure { #expect(!endpoint.server.stop(by: .after(.seconds(2)))) }
        #expect(duration < .seconds(10))
    }

    @Test("a forked child lets go of the endpoint, which goes on in the parent")
    func fork() throws {
        let endpoint = try OpenEndpoint()
        let client = try RawClient(endpoint.port)
        client.request()
        #expect(try client.response().status == 200)
        let port = endpoint.port
        #expect(descriptors(boundTo: port) == 2)
        let left = inForkedChild {
            endpoint.server.resetAfterFork()
            _ = endpoint.server.stop(by: .after(.seconds(1)))
            return Int32(descriptors(boundTo: port))
        }
        #expect(left == 0)
        client.request()
        #expect(try client.response().status == 200)
        #expect(try RawClient.get(port).status == 200)
    }
}
