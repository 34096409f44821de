import Synchronization
import TestSupport

@testable import JaegerRemoteSampler
@testable import OTelSDK

/// A sampling server of which a test can change the answer.
///
/// Nothing here sleeps: whoever waits is woken by the request or the message it waits for.
final class SamplingServer: Sendable {
    /// What the server does with a request.
    enum Answer: Sendable {
        case json(String)
        /// With a strategy that does not count.
        case status(Int)
        /// Sends these bytes and closes.
        case raw([UInt8])
        /// Sends these bytes over and over.
        case endless([UInt8])
        case reset
        /// Sends these bytes, then nothing.
        case stall([UInt8])
    }

    private struct State {
        var answer: Answer
        var requests: [ReceivedRequest] = []
    }

    private let state: Monitor<State>
    private let server: ScriptedServer

    init(_ answer: Answer) throws {
        let state = Monitor(State(answer: answer))
        self.state = state
        self.server = try ScriptedServer { connection in
            while let request = connection.readRequest() {
                let answer = state.update { state in
                    state.requests.append(request)
                    return state.answer
                }
                guard answer.serve(connection) else { return }
            }
        }
    }

    var endpoint: String { "http://127.0.0.1:\(self.server.port)/sampling" }
    var port: UInt16 { self.server.port }
    var connectionCount: Int { self.server.connectionCount }
    var requests: [ReceivedRequest] { self.state.read { $0.requests } }

    func set(_ answer: Answer) { self.state.update { $0.answer = answer } }

    func stop() { self.server.stop() }

    /// Waits until so many more requests have arrived; false after ten seconds.
    func awaitRequests(_ count: Int = 1) -> Bool {
        self.awaitRequests(inAll: self.requests.count + count)
    }

    /// Whether as many requests have come since the start, within ten seconds.
    func awaitRequests(inAll goal: Int) -> Bool {
        self.state.wait(until: .after(.seconds(10))) { $0.requests.count >= goal ? true : nil } ?? false
    }
}

extension SamplingServer.Answer {
    static func probability(_ value: Double) -> Self {
        .json(#"{"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":\#(value)}}"#)
    }

    static func rate(_ value: Int) -> Self {
        .json(#"{"strategyType":"RATE_LIMITING","rateLimitingSampling":{"maxTracesPerSecond":\#(value)}}"#)
    }

    /// False when the connection is over.
    fileprivate func serve(_ connection: ServerConnection) -> Bool {
        switch self {
        case .json(let text):
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
            return true
        case .status(let status):
            let body = #"{"probabilisticSampling":{"samplingRate":0}}"#
            let head = "HTTP/1.1 \(status) Word\r\nLocation: /elsewhere\r\n"
            connection.send("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            return true
        case .raw(let bytes):
            connection.send(bytes)
        case .endless(let bytes):
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            while connection.send(bytes) {}
        case .reset:
            connection.reset()
        case .stall(let bytes):
            connection.send(bytes)
            connection.stall()
        }
        return false
    }
}

/// The messages of a sampler.
final class NewsLog: Sendable {
    private let news = Monitor<[PollNews]>([])

    @Sendable func take(_ news: PollNews) { self.news.update { $0.append(news) } }

    var all: [PollNews] { self.news.read { $0 } }

    /// What is worth a line in a log.
    var shown: [String] { self.all.filter { $0.level >= .info }.map(\.message) }

    /// Waits for a message that ends so, and forgets all up to it; false after ten seconds.
    func await(_ suffix: String) -> Bool {
        self.news.wait(until: .after(.seconds(10))) { news in
            guard let index = news.firstIndex(where: { $0.message.hasSuffix(suffix) }) else { return nil }
            news.removeFirst(index + 1)
            return true
        } ?? false
    }
}

extension RemoteSampler {
    /// A sampler that asks the server every few milliseconds.
    convenience init(
        _ server: SamplingServer,
        initial: Sampler = .alwaysOff,
        interval: Duration = .milliseconds(5),
        timeout: Duration = .seconds(10),
        log: NewsLog = NewsLog()
    ) {
        var settings = PollingSettings(endpoint: server.endpoint, interval: interval, headers: [:], timeout: timeout)
        settings.report = log.take
        self.init(settings, initial: initial)
    }

    /// Whether it samples a span.
    var samples: Bool { self.shouldSample(Candidates().next()).isSampled }
}
