import OTelAPI
import OTelSDK
import TestSupport
import Testing

@testable import JaegerRemoteSampler

@Suite("What a strategy decides")
struct ActiveStrategyTests {
    private static func strategy(
        _ strategy: SamplingStrategy,
        replacing old: ActiveStrategy = .initial(.alwaysOff),
        _ clock: ManualClock = ManualClock()
    ) -> ActiveStrategy {
        ActiveStrategy(strategy, replacing: old, clock: clock.read)
    }

    private static func attributes(_ type: String, _ parameter: Double) -> OTelAttributes {
        ["sampler.type": .string(type), "sampler.param": .double(parameter)]
    }

    @Test("a probability decides on every trace as the ratio sampler does", arguments: [0, 0.001, 0.3, 0.5, 1])
    func ratio(probability: Double) {
        let strategy = Self.strategy(.probabilistic(probability))
        let sampler = Sampler.traceIDRatio(probability)
        let candidates = Candidates()
        var sampled = 0
        for _ in 0..<20_000 {
            let candidate = candidates.next()
            let result = strategy.decide(candidate)
            #expect(result.decision == sampler.shouldSample(candidate).decision)
            if result.isSampled { sampled += 1 }
        }
        // Five standard deviations; the ids are the same in every run.
        let tolerance = 5 * (20_000 * probability * (1 - probability)).squareRoot()
        #expect(abs(Double(sampled) - 20_000 * probability) <= tolerance)
    }

    @Test("sampled spans say how they came to be sampled, dropped ones say nothing")
    func attributes() {
        let candidates = Candidates()
        let always = Self.strategy(.probabilistic(1)).decide(candidates.next())
        #expect(always.attributes == Self.attributes("probabilistic", 1.0))
        #expect(Self.strategy(.probabilistic(0)).decide(candidates.next()).attributes == [:])
        let limited = Self.strategy(.rateLimiting(1))
        #expect(limited.decide(candidates.next()).attributes == Self.attributes("ratelimiting", 1.0))
        #expect(limited.decide(candidates.next()).attributes == [:])
        let operations = SamplingStrategy.Operations(
            defaultProbability: 0.25,
            lowerBound: 1,
            upperBound: nil,
            probabilities: ["all": 1, "none": 0]
        )
        let table = Self.strategy(.perOperation(operations))
        #expect(table.decide(candidates.next("all")).attributes == Self.attributes("probabilistic", 1.0))
        #expect(table.decide(candidates.next("none")).attributes == Self.attributes("lowerbound", 0.0))
        #expect(table.decide(candidates.next("none")).attributes == [:])
    }

    @Test("what is sampled for a rate passes on no threshold of its parent's, which it does not keep to")
    func threshold() throws {
        let state = try #require(OTelTraceState("a=1,ot=th:8;rv:ffffffffffffff"))
        let span = OTelSpanContext(
            traceID: OTelTraceID(high: 1, low: 2),
            spanID: OTelSpanID(3),
            traceFlags: .sampled,
            traceState: state,
            isRemote: true
        )
        let candidate = Candidates().next("none", parent: OTelContext(span: OTelSpan(span)))
        let operations = SamplingStrategy.Operations(
            defaultProbability: 0,
            lowerBound: 1,
            upperBound: nil,
            probabilities: ["none": 0]
        )
        for strategy in [.rateLimiting(1), .perOperation(operations)] as [SamplingStrategy] {
            let result = Self.strategy(strategy).decide(candidate)
            #expect(result.isSampled)
            #expect(result.traceState?["ot"] == "rv:ffffffffffffff")
            #expect(result.traceState?["a"] == "1")
        }
        #expect(Self.strategy(.probabilistic(1)).decide(candidate).traceState == nil)
        #expect(Self.strategy(.rateLimiting(1)).decide(Candidates().next()).traceState == nil)
    }

    @Test("a rate is kept whatever the trace ids")
    func rate() {
        let clock = ManualClock()
        let strategy = Self.strategy(.rateLimiting(5), clock)
        let candidates = Candidates()
        var sampled = 0
        for _ in 0..<1000 {
            if strategy.decide(candidates.next()).isSampled { sampled += 1 }
            clock.advance(.milliseconds(10))
        }
        // Five at first and five in each of ten seconds.
        #expect((54...55).contains(sampled))
    }

    @Test("a change of rate is no occasion for a burst")
    func rateChange() {
        let clock = ManualClock()
        var strategy = Self.strategy(.rateLimiting(10), clock)
        let candidates = Candidates()
        while strategy.decide(candidates.next()).isSampled {}
        for rate in [20.0, 10, 30] {
            strategy = Self.strategy(.rateLimiting(rate), replacing: strategy, clock)
            #expect(!strategy.decide(candidates.next()).isSampled)
        }
        clock.advance(.milliseconds(100))
        let sampled = (0..<100).filter { _ in strategy.decide(candidates.next()).isSampled }.count
        #expect(sampled == 3)
    }

    @Test("until the first strategy, the initial sampler decides, by the parent too")
    func initial() {
        let initial = ActiveStrategy.initial(.parentBased(.alwaysOn, remoteSampled: .alwaysOff))
        let candidates = Candidates()
        func parent(isSampled: Bool, isRemote: Bool) -> OTelContext {
            let context = OTelSpanContext(
                traceID: OTelTraceID(high: 1, low: 2),
                spanID: OTelSpanID(3),
                traceFlags: isSampled ? .sampled : [],
                isRemote: isRemote
            )
            return OTelContext(span: OTelSpan(context))
        }
        #expect(initial.decide(candidates.next()).isSampled)
        #expect(!initial.decide(candidates.next(parent: parent(isSampled: true, isRemote: true))).isSampled)
        #expect(!initial.decide(candidates.next(parent: parent(isSampled: false, isRemote: true))).isSampled)
        #expect(initial.decide(candidates.next(parent: parent(isSampled: true, isRemote: false))).isSampled)
        #expect(!initial.decide(candidates.next(parent: parent(isSampled: false, isRemote: false))).isSampled)
    }
}
