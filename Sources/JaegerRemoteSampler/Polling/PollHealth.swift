import OTelSDK

/// Tells changes of state from attempts: strategies arrive, or they do not.
///
/// A server that comes and goes is reported once a minute at most, and what was reported last is then true.
struct PollHealth {
    private static let quietPeriod: UInt64 = 60_000_000_000

    private var wasReportedFailing = false
    private var reported: UInt64?

    /// What there is to say of the latest attempt; nil when it went as was reported last.
    mutating func note(_ outcome: Result<SamplingStrategy, StrategyError>, at now: UInt64) -> PollNews? {
        let failure: StrategyError? = if case .failure(let error) = outcome { error } else { nil }
        guard (failure != nil) != self.wasReportedFailing else { return nil }
        if let reported, now &- reported < Self.quietPeriod { return nil }
        self.wasReportedFailing = failure != nil
        self.reported = now
        guard let failure else { return PollNews(.info, "arriving again", topic: "recovery", isChangeOfState: true) }
        let message = "\(failure.reason); what decided so far goes on to decide"
        return PollNews(.warning, message, topic: "failing", isChangeOfState: true)
    }
}

/// Something to be said about the look-ups.
struct PollNews: Sendable, Equatable {
    var level: Diagnostic.Level
    var message: String
    /// Told apart from other topics where messages are rate-limited.
    var topic: String
    /// Whether this is news although the same was said before.
    var isChangeOfState = false

    init(_ level: Diagnostic.Level, _ message: String, topic: String, isChangeOfState: Bool = false) {
        self.level = level
        self.message = message
        self.topic = topic
        self.isChangeOfState = isChangeOfState
    }

    /// Hands the news to ``Diagnostics``.
    @Sendable static func report(_ news: PollNews) {
        if news.isChangeOfState { Diagnostics.forget(news.topic) }
        Diagnostics.report(news.level, topic: news.topic, news.message)
    }
}
