import OTelSDK
import OTelWire

/// The HTTP endpoint that is scraped, while it is open.
///
/// Any thread may call.
final class ScrapeServer: Sendable {
    /// What an answer that is under way at the end may take.
    private static let grace = Duration.seconds(1)

    private let host: String
    private let port: UInt16
    private let handler: ScrapeHandler
    private let bound: BoundPort
    private let daemon = SpinLocked<HTTPDaemon?>(nil)

    init(host: String, port: UInt16, bound: BoundPort = BoundPort(), _ handler: ScrapeHandler) {
        self.host = host
        self.port = port
        self.bound = bound
        self.handler = handler
    }

    /// Opens the endpoint.
    func start() throws(ConfigError) {
        let socket = try ListeningSocket(host: self.host, port: self.port)
        let port = socket.port
        let handler = self.handler
        guard let daemon = HTTPDaemon(socket, answer: { handler.answer($0) }) else {
            throw ConfigError(
                setting: "PrometheusSink",
                value: "thread",
                expected: "a system that can start another thread"
            )
        }
        self.daemon.withLock { $0 = daemon }
        self.bound.set(port)
    }

    /// Closes the endpoint; answers that are under way have a second to reach their clients.
    ///
    /// False when `deadline` passes before everything has ended. Blocks.
    func stop(by deadline: Deadline) -> Bool {
        guard let daemon = self.daemon.withLock({ $0.take() }) else { return true }
        self.bound.set(nil)
        daemon.refuse()
        _ = daemon.finish(by: min(deadline, .after(Self.grace)))
        let isStopped = Monitor(false)
        let stop: @Sendable () -> Void = {
            daemon.stop()
            isStopped.update { $0 = true }
        }
        guard BackgroundThread.start("otel-scrape-end", stop) else {
            stop()
            return true
        }
        return isStopped.wait(until: deadline) { $0 ? true : nil } ?? false
    }

    /// A forked child does not serve: scrapers would get the metrics of either process.
    func resetAfterFork() {
        self.daemon.resetAfterFork()
        let daemon = self.daemon.withLock { $0.take() }
        self.bound.resetAfterFork()
        daemon?.leaveToParent()
    }
}

/// The port of an endpoint while it is open.
final class BoundPort: Sendable {
    private let port = SpinLocked<UInt16?>(nil)

    var value: UInt16? { self.port.withLock { $0 } }

    func set(_ port: UInt16?) {
        self.port.withLock { $0 = port }
    }

    func resetAfterFork() {
        self.port.resetAfterFork()
        self.set(nil)
    }
}
