import Synchronization
import TestSupport
import Testing

@testable import OTelHTTP

#if canImport(COTelStuckResolver)
import COTelStuckResolver
#endif
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Where a server stops answering.
enum Stall: CaseIterable {
    case beforeReadingBody, beforeAnswer, insideHeader, insideBody, drippingBody

    var hasRequest: Bool { self != .beforeReadingBody }

    /// More than the socket buffers take, where the server does not read.
    var requestBody: [UInt8] { noise(self.hasRequest ? 1000 : 10_000_000) }

    func serve(_ connection: ServerConnection) {
        switch self {
        case .beforeReadingBody:
            connection.freeze()
            return
        case .beforeAnswer:
            guard connection.readRequest() != nil else { return }
        case .insideHeader:
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Le")
        case .insideBody:
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        case .drippingBody:
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while connection.send(Array("1\r\nx\r\n".utf8)) { usleep(20_000) }
            return
        }
        connection.stall()
    }
}

/// How a server breaks off.
enum Break: CaseIterable {
    case closeBeforeAnswer, resetBeforeAnswer, resetInHeader, resetInBody, closeInBody, garbage, badGzip

    var kind: HTTPFailure.Kind { self == .garbage || self == .badGzip ? .other : .connection }

    func serve(_ connection: ServerConnection) {
        guard connection.readRequest() != nil else { return }
        switch self {
        case .closeBeforeAnswer: ()
        case .resetBeforeAnswer: connection.reset()
        case .resetInHeader:
            connection.send("HTTP/1.1 200 OK\r\nConte")
            connection.reset()
        case .resetInBody:
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            // Otherwise the reset may overtake the bytes.
            usleep(50_000)
            connection.reset()
        case .closeInBody: connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        case .garbage: connection.send("\u{15}\u{3}\u{1}\r\nnot HTTP at all\r\n\r\n")
        case .badGzip: connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nabcde")
        }
    }
}

/// Answers above the limit of 100 000 bytes.
enum Oversize: CaseIterable {
    case contentLength, chunked, untilClose, gzipBomb, headerLine, headerLines

    func serve(_ connection: ServerConnection) {
        guard connection.readRequest() != nil else { return }
        let chunk = [UInt8](repeating: 0x61, count: 0x1000)
        switch self {
        case .contentLength:
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n")
            connection.send([UInt8](repeating: 0x61, count: 100_001))
        case .chunked:
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while connection.send(Array("1000\r\n".utf8) + chunk + Array("\r\n".utf8)) {}
        case .untilClose:
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            while connection.send(chunk) {}
        case .gzipBomb:
            let bomb = gzipped([UInt8](repeating: 0, count: 20_000_000))
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n")
            connection.send(bomb)
        case .headerLine:
            connection.send("HTTP/1.1 200 OK\r\nX-Long: ")
            while connection.send(chunk) {}
        case .headerLines:
            connection.send("HTTP/1.1 200 OK\r\n")
            let header = Array("X-Header: ".utf8) + chunk + Array("\r\n".utf8)
            while connection.send(header) {}
        }
        connection.stall()
    }
}

extension HTTPClientTests {
    /// What "at once" may take, on a machine that has other things to do.
    static let slack = Duration.milliseconds(300)

    @Test("gives up in time wherever the server stalls", arguments: Stall.allCases)
    func stall(stall: Stall) throws {
        let body = stall.requestBody
        let outcome = try Self.punctual(.milliseconds(400)) {
            let server = try ScriptedServer(stall.serve)
            defer { server.stop() }
            let client = try makeClient(server)
            return timed { client.post(body, timeout: .milliseconds(400)) }
        }
        #expect(outcome.failure?.kind == .timeout)
        #expect(outcome.failure?.requestSent == stall.hasRequest)
        #expect(outcome.failure?.message.isEmpty == false)
    }

    @Test("gives up in time when the server's host does not even connect")
    func connectStall() throws {
        // A backlog that is full: further SYNs are dropped.
        let (listener, port) = try ScriptedServer.listen(backlog: 0)
        defer { _ = close(listener) }
        let fillers = (0..<3).map { _ in connectWithoutWaiting(to: port) }
        defer { for filler in fillers { _ = close(filler) } }
        usleep(50_000)
        let client = try makeClient(url: "http://127.0.0.1:\(port)/") { $0.connectTimeout = .milliseconds(400) }
        let outcome = Self.punctual(.milliseconds(400)) { timed { client.post([1], timeout: .seconds(5)) } }
        #expect(outcome.failure?.kind == .timeout)
        #expect(outcome.failure?.requestSent == false)
    }

    @Test("ends at once when cancelled from another thread, and works again after resume", arguments: Stall.allCases)
    func cancel(stall: Stall) throws {
        let body = stall.requestBody
        _ = try Self.punctual(.zero) {
            let server = try ScriptedServer { connection in
                if connection.index == 0 { return stall.serve(connection) }
                while connection.readRequest() != nil { connection.send(ok) }
            }
            defer { server.stop() }
            let client = try makeClient(server)
            let result = Self.cancelling(client) { client.post(body, timeout: .seconds(5)) }
            #expect(result.outcome.failure?.kind == .cancelled)
            #expect(result.outcome.failure?.requestSent == stall.hasRequest)
            let notStarted = HTTPFailure(kind: .cancelled, message: "the request was cancelled", requestSent: false)
            #expect(client.post([1]).failure == notStarted)
            client.resume()
            #expect(client.post([1]).response?.status == 200)
            return result
        }
    }

    @Test("reports an answer that breaks off, and connects anew for the next request", arguments: Break.allCases)
    func brokenAnswer(fault: Break) throws {
        let server = try ScriptedServer { connection in
            if connection.index == 0 { return fault.serve(connection) }
            while connection.readRequest() != nil { connection.send(ok) }
        }
        defer { server.stop() }
        let client = try makeClient(server)
        let failure = client.post([1, 2, 3]).failure
        #expect(failure?.kind == fault.kind)
        #expect(failure?.requestSent == true)
        #expect(failure?.message.isEmpty == false)
        #expect(client.post([1]).response?.status == 200)
    }

    @Test("stops reading an answer that is too large", arguments: Oversize.allCases)
    func oversize(answer: Oversize) throws {
        let server = try ScriptedServer { connection in
            switch connection.index {
            case 0: answer.serve(connection)
            case 1: Break.closeInBody.serve(connection)
            default: while connection.readRequest() != nil { connection.send(ok) }
            }
        }
        defer { server.stop() }
        let client = try makeClient(server) { $0.maxResponseBytes = 100_000 }
        let failure = client.post([1]).failure
        // libcurl has a limit of its own for one line, and reports it as want of memory.
        #expect(failure?.kind == (answer == .headerLine ? .other : .responseTooLarge))
        #expect(failure?.requestSent == true)
        // Neither another failure nor an answer is taken for the same.
        #expect(client.post([1]).failure?.kind == .connection)
        #expect(client.post([1]).response?.status == 200)
    }

    @Test("takes an answer that comes before the end of the request, and stops sending")
    func earlyAnswer() throws {
        let server = try ScriptedServer { connection in
            guard connection.readHead() != nil else { return }
            connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
            connection.freeze()
        }
        defer { server.stop() }
        let client = try makeClient(server)
        let body = noise(20_000_000)
        let (outcome, duration) = timed { client.post(body) }
        #expect(outcome.response?.status == 413)
        #expect(duration < .seconds(1))
    }

    @Test("takes an answer of exactly the limit")
    func exactLimit() throws {
        let server = try ScriptedServer.answering { _ in
            "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + String(repeating: "x", count: 1000)
        }
        defer { server.stop() }
        let client = try makeClient(server) { $0.maxResponseBytes = 1000 }
        #expect(client.post([1]).response?.body.count == 1000)
    }

    @Test("reports a refused connection at once")
    func refused() throws {
        let (listener, port) = try ScriptedServer.listen(backlog: 1)
        _ = close(listener)
        let client = try makeClient(url: "http://127.0.0.1:\(port)/v1/logs")
        let (outcome, duration) = timed { client.post([1]) }
        #expect(outcome.failure?.kind == .connection)
        #expect(outcome.failure?.requestSent == false)
        #expect(outcome.failure?.message.contains("\(port)") == true)
        #expect(duration < Self.slack)
    }

    @Test("reports TLS that meets a plain server as such")
    func notTLS() throws {
        let server = try ScriptedServer { connection in
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.stall()
        }
        defer { server.stop() }
        let failure = try makeClient(url: "https://127.0.0.1:\(server.port)/").post([1]).failure
        #expect(failure?.kind == .tls)
        #expect(failure?.requestSent == false)
    }

    @Test("sends again on a fresh connection when the server closed the idle one", arguments: [true, false])
    func idleClose(noticedInTime: Bool) throws {
        let received = Atomic(0)
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                received.add(1, ordering: .relaxed)
                // The close crosses the second request on its way.
                if !noticedInTime, connection.index == 0, received.load(ordering: .relaxed) == 2 { return }
                connection.send(ok)
                if noticedInTime, connection.index == 0 { return }
            }
        }
        defer { server.stop() }
        let client = try makeClient(server)
        #expect(client.post([1]).response?.status == 200)
        usleep(100_000)
        #expect(client.post(noise(100_000)).response?.status == 200)
        #expect(server.connectionCount == 2)
    }

    @Test("is not started without time", arguments: [.zero, .seconds(-1)] as [Duration])
    func noTime(timeout: Duration) throws {
        let server = try ScriptedServer.answering { _ in ok }
        defer { server.stop() }
        let outcome = try makeClient(server).post([1], timeout: timeout)
        #expect(outcome.failure?.kind == .timeout)
        #expect(server.connectionCount == 0)
    }

    @Test("takes a timeout of any length", arguments: [.seconds(1_000_000_000), .seconds(Int64.max)] as [Duration])
    func longTimeout(timeout: Duration) throws {
        let server = try ScriptedServer.answering { _ in ok }
        defer { server.stop() }
        let client = try makeClient(server) { $0.connectTimeout = timeout }
        #expect(client.post([1], timeout: timeout).response?.status == 200)
    }

    #if os(Linux) && canImport(COTelStuckResolver)
    @Test("gives up in time when the name service never answers, with any libcurl", arguments: [true, false])
    func stuckLookup(leavesLookupsToLibcurl: Bool) throws {
        let client = try makeClient(url: "http://\(COTelStuckResolver_host):4318/") {
            $0.leavesLookupsToLibcurl = leavesLookupsToLibcurl
        }
        for _ in 0..<2 {
            let outcome = Self.punctual(.milliseconds(400)) {
                timed { client.post([1], timeout: .milliseconds(400)) }
            }
            #expect(outcome.failure?.kind == .timeout)
            #expect(outcome.failure?.requestSent == false)
        }
        // Otherwise the lookups did not come here, and the test tests nothing.
        #expect(COTelStuckResolver_waiting() >= 2)
    }

    @Test("ends a name lookup at once when cancelled, with any libcurl", arguments: [true, false])
    func cancelledLookup(leavesLookupsToLibcurl: Bool) throws {
        let client = try makeClient(url: "http://\(COTelStuckResolver_host):4318/") {
            $0.leavesLookupsToLibcurl = leavesLookupsToLibcurl
        }
        let outcome = Self.punctual(.zero) {
            client.resume()
            return Self.cancelling(client) { client.post([1], timeout: .seconds(4)) }
        }
        #expect(outcome.failure?.kind == .cancelled)
    }
    #endif

    #if canImport(Glibc)
    @Test("keeps off the parent's connection in a forked child")
    func fork() throws {
        let server = try ScriptedServer { connection in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(connection.index)")
            }
        }
        defer { server.stop() }
        let client = try makeClient(server)
        #expect(client.post([1]).response?.body == Array("0".utf8))
        let child = try #require(
            inForkedChild {
                let isNew = client.post([1]).response?.body == Array("1".utf8)
                return isNew && descriptors(connectedTo: server.port).count == 1 ? 42 : 1
            }
        )
        #expect(child == 42)
        #expect(client.post([1]).response?.body == Array("0".utf8))
        #expect(server.connectionCount == 2)
    }
    #endif
}

// MARK: - Time

/// The result of a request and how long it took.
private func timed(_ body: () -> HTTPOutcome) -> (outcome: HTTPOutcome, duration: Duration) {
    let start = ContinuousClock.now
    let outcome = body()
    return (outcome, start.duration(to: .now))
}

extension HTTPClientTests {
    /// Expects an attempt to take as long as said, and no more than the slack.
    ///
    /// A late one is tried again, twice at most: it may be the fault of a busy machine. A client at fault is always late.
    private static func punctual(
        _ expected: Duration,
        _ attempt: () throws -> (outcome: HTTPOutcome, duration: Duration)
    ) rethrows -> HTTPOutcome {
        var result = try attempt()
        for _ in 0..<2 where result.duration >= expected + self.slack { result = try attempt() }
        // libcurl counts whole milliseconds.
        let isInTime = result.duration >= expected - .milliseconds(2) && result.duration < expected + self.slack
        #expect(isInTime, "took \(result.duration) instead of \(expected)")
        return result.outcome
    }

    /// Cancels a request from another thread, and measures how long it goes on from there.
    private static func cancelling(
        _ client: HTTPClient,
        _ body: () -> HTTPOutcome
    ) -> (outcome: HTTPOutcome, duration: Duration) {
        let time = CancelTime()
        startThread {
            // Later than any timer of libcurl's own that could wake the loop by chance.
            usleep(400_000)
            time.start()
            client.cancel()
        }
        let outcome = body()
        return (outcome, time.elapsed)
    }
}

/// When a request was cancelled.
private final class CancelTime: Sendable {
    private let instant = Mutex<ContinuousClock.Instant?>(nil)

    func start() {
        self.instant.withLock { $0 = .now }
    }

    /// Negative if it was not cancelled at all.
    var elapsed: Duration {
        self.instant.withLock { $0?.duration(to: .now) ?? .seconds(-1) }
    }
}
