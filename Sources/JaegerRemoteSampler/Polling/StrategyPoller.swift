import COTelRuntime
import OTelHTTP
import OTelSDK

/// Looks strategies up on a thread of its own, from `start` to `cancel`.
///
/// Any thread may call. Once cancelled, it does nothing more; a new one takes its place.
final class StrategyPoller: Sendable {
    private struct State {
        var isCancelled = false
        var hasEnded = false
        /// While the thread has one.
        var client: HTTPClient?
    }

    let serviceName: String
    private let settings: PollingSettings
    private let deliver: @Sendable (StrategyPoller, SamplingStrategy) -> Void
    private let monitor = Monitor(State())

    /// `deliver` is called on the thread, with every strategy that arrives.
    init(
        _ settings: PollingSettings,
        serviceName: String,
        deliver: @escaping @Sendable (StrategyPoller, SamplingStrategy) -> Void
    ) {
        self.settings = settings
        self.serviceName = serviceName
        self.deliver = deliver
    }

    func start() {
        if BackgroundThread.start("otel-sampling", { self.run() }) { return }
        self.monitor.update { $0.hasEnded = true }
        self.report(PollNews(.error, "no thread could be started for the look-ups", topic: "thread"))
    }

    /// Ends the thread, and the request in flight, without waiting for that.
    func cancel() {
        let client = self.monitor.update { state in
            state.isCancelled = true
            return state.client
        }
        client?.cancel()
    }

    func waitForEnd(until deadline: Deadline) {
        _ = self.monitor.wait(until: deadline) { $0.hasEnded ? true : nil }
    }

    /// In a forked child, whose copy of the thread does not exist: lets go of its connection without a word on it.
    func leaveToParent() {
        var client: HTTPClient?
        self.monitor.resetAfterFork { client = $0.client }
        client?.discardConnections()
    }

    /// Another telemetry shares the sampler.
    func noteUser(_ serviceName: String) {
        guard serviceName != self.serviceName else { return }
        let message =
            "the sampler is shared by services \"\(self.serviceName)\" and \"\(serviceName)\", "
            + "which both follow the strategy of the first"
        self.report(PollNews(.warning, message, topic: "service"))
    }

    func report(_ news: PollNews) {
        let subject = "sampling strategy from \(self.settings.displayURL)"
        var news = news
        news.message = "\(subject): \(news.message)"
        news.topic = "\(subject) \(news.topic)"
        self.settings.report(news)
    }

    // MARK: - On the thread

    private func run() {
        self.pollUntilCancelled()
        let client = self.monitor.update { $0.client.take() }
        client?.discardConnections()
        self.monitor.update { $0.hasEnded = true }
    }

    private func pollUntilCancelled() {
        var health = PollHealth()
        while true {
            let outcome = self.poll()
            // What a cancelled request says is no news.
            if self.monitor.read({ $0.isCancelled }) { return }
            if case .success(let strategy) = outcome { self.deliver(self, strategy) }
            if let news = health.note(outcome, at: cotel_monotonic_ns()) { self.report(news) }
            let next = Deadline.after(self.settings.interval)
            if self.monitor.wait(until: next, { $0.isCancelled ? true : nil }) ?? false { return }
        }
    }

    private func poll() -> Result<SamplingStrategy, StrategyError> {
        Result { () throws(StrategyError) in
            switch try self.client().get(timeout: self.settings.timeout) {
            case .response(let response) where (200..<300).contains(response.status):
                return try SamplingStrategy(json: response.body)
            case .response(let response): throw StrategyError("HTTP \(response.status)")
            case .failure(let failure): throw StrategyError(failure.message)
            }
        }
    }

    /// The one client; made on the thread, since the first one of a process is slow to make.
    private func client() throws(StrategyError) -> HTTPClient {
        if let client = self.monitor.read({ $0.client }) { return client }
        do throws(HTTPClient.ConfigurationError) {
            let client = try HTTPClient(self.settings.client(serviceName: self.serviceName))
            let isCancelled = self.monitor.update { state in
                state.client = client
                return state.isCancelled
            }
            if isCancelled { client.cancel() }
            return client
        } catch {
            throw StrategyError(error.description)
        }
    }
}
