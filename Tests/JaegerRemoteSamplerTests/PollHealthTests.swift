import OTelSDK
import Testing

@testable import JaegerRemoteSampler

@Suite("News of the look-ups")
struct PollHealthTests {
    private static let good = Result<SamplingStrategy, StrategyError>.success(.probabilistic(1))
    private static let bad = Result<SamplingStrategy, StrategyError>.failure(StrategyError("HTTP 500"))

    /// What is said of attempts that come a minute apart.
    private static func news(_ outcomes: [Result<SamplingStrategy, StrategyError>]) -> [String?] {
        var health = PollHealth()
        return outcomes.enumerated().map { health.note($1, at: UInt64($0) * 60_000_000_000)?.topic }
    }

    @Test("a state is said once, when it begins; that all is well from the beginning is no news")
    func changes() {
        #expect(Self.news([Self.good, Self.good]) == [nil, nil])
        #expect(Self.news([Self.bad, Self.bad, Self.bad]) == ["failing", nil, nil])
        #expect(
            Self.news([Self.good, Self.bad, Self.bad, Self.good, Self.good, Self.bad])
                == [nil, "failing", nil, "recovery", nil, "failing"]
        )
    }

    @Test("a server that comes and goes is reported once a minute, and in the end as it is")
    func flapping() {
        var health = PollHealth()
        var topics: [String] = []
        for step in 0..<1200 {
            let outcome = step.isMultiple(of: 2) ? Self.bad : Self.good
            if let news = health.note(outcome, at: UInt64(step) * 100_000_000) { topics.append(news.topic) }
        }
        #expect(topics == ["failing", "recovery"])
        #expect(health.note(Self.bad, at: 200_000_000_000)?.topic == "failing")
        #expect(health.note(Self.good, at: 201_000_000_000) == nil)
        #expect(health.note(Self.good, at: 261_000_000_000)?.topic == "recovery")
    }

    @Test("a failure is named, and what goes on to decide")
    func text() {
        var health = PollHealth()
        let news = health.note(Self.bad, at: 0)
        #expect(news?.level == .warning)
        #expect(news?.message == "HTTP 500; what decided so far goes on to decide")
    }
}
