import OTelSDK
import TestSupport
import Testing

@testable import JaegerRemoteSampler

@Suite("Probabilities by operation")
struct OperationTableTests {
    private static func table(
        _ probabilities: [String: Double] = [:],
        default defaultProbability: Double = 0,
        lower: Double = 0,
        upper: Double? = nil,
        replacing old: OperationTable? = nil,
        _ clock: ManualClock = ManualClock()
    ) -> OperationTable {
        let operations = SamplingStrategy.Operations(
            defaultProbability: defaultProbability,
            lowerBound: lower,
            upperBound: upper,
            probabilities: probabilities
        )
        return OperationTable(operations, replacing: old, clock: clock.read)
    }

    /// How many of `count` spans are sampled.
    private static func sampled(_ table: OperationTable, _ operation: String, of count: Int) -> Int {
        let candidates = Candidates()
        return (0..<count).filter { _ in table.decide(candidates.next(operation)).isSampled }.count
    }

    @Test("each operation has its own, others have the default")
    func probabilities() {
        let table = Self.table(["all": 1, "none": 0, "some": 0.1], default: 0.5)
        #expect(Self.sampled(table, "all", of: 10_000) == 10_000)
        #expect(Self.sampled(table, "none", of: 10_000) == 0)
        // Five standard deviations.
        #expect(abs(Self.sampled(table, "some", of: 10_000) - 1000) < 150)
        #expect(abs(Self.sampled(table, "other", of: 10_000) - 5000) < 250)
        // Nothing is kept of an operation to which no rate applies.
        #expect(table.trackedOperations == 3)
    }

    @Test("every operation is sampled at the guaranteed rate at least", arguments: ["named", "other"])
    func lowerBound(operation: String) {
        let clock = ManualClock()
        let table = Self.table(["named": 0], lower: 2, clock)
        let candidates = Candidates()
        var sampled = 0
        for _ in 0..<10_000 {
            if table.decide(candidates.next(operation)).isSampled { sampled += 1 }
            clock.advance(.milliseconds(1))
        }
        // Two at first and two in each of ten seconds.
        #expect((21...22).contains(sampled))
    }

    @Test("what the probability takes counts towards the guaranteed rate", arguments: ["named", "other"])
    func countedOnce(operation: String) {
        let candidates = Candidates()
        let half = ProbabilityRule(0.5)
        let all = (0..<100).map { _ in candidates.next(operation) }
        let included = all.filter { half.includes($0.traceID) }
        let excluded = all.filter { !half.includes($0.traceID) }
        func sampled(_ candidates: [SpanCandidate]) -> [Bool] {
            let table = Self.table(["named": 0.5], default: 0.5, lower: 1)
            return candidates.map { table.decide($0).isSampled }
        }
        #expect(sampled([excluded[0], excluded[1], included[0]]) == [true, false, true])
        #expect(sampled([included[0], included[1], excluded[0]]) == [true, true, false])
    }

    @Test("an upper bound caps what the probability takes, not what is guaranteed")
    func upperBound() {
        let clock = ManualClock()
        let table = Self.table(["op": 1], default: 1, lower: 1, upper: 10, clock)
        _ = Self.sampled(table, "op", of: 1000)
        var sampled = 0
        for _ in 0..<100 {
            clock.advance(.milliseconds(100))
            sampled += Self.sampled(table, "op", of: 100)
        }
        // Ten a second over ten seconds by the probability, and one a second when that has used up its own.
        #expect((100...110).contains(sampled))
    }

    @Test("rates are kept apart by operation, for a bounded number of them")
    func bound() {
        let table = Self.table(["named": 0], lower: 1)
        let candidates = Candidates()
        let first = (0..<5000).filter { table.decide(candidates.next("op \($0)")).isSampled }.count
        #expect(first == 1999)
        #expect(table.trackedOperations == 2000)
        let again = (0..<5000).filter { table.decide(candidates.next("op \($0)")).isSampled }.count
        #expect(again == 0)
        #expect(table.decide(candidates.next("named")).isSampled)
    }

    @Test("names too long to be an operation's are not kept")
    func longNames() {
        let table = Self.table(lower: 1)
        let candidates = Candidates()
        #expect(!table.decide(candidates.next(String(repeating: "x", count: 1025))).isSampled)
        #expect(table.trackedOperations == 0)
        #expect(table.decide(candidates.next(String(repeating: "x", count: 1024))).isSampled)
        #expect(table.trackedOperations == 1)
    }

    @Test("a new strategy goes on with the rates of the operations in use, and forgets the others")
    func replacement() {
        let clock = ManualClock()
        let first = Self.table(["a": 0, "b": 0], lower: 0.1, clock)
        let candidates = Candidates()
        #expect(first.decide(candidates.next("idle")).isSampled)
        clock.advance(.seconds(8))
        for operation in ["a", "other"] { #expect(first.decide(candidates.next(operation)).isSampled) }
        clock.advance(.seconds(2))
        // "a" becomes one of the others, "other" is named.
        let second = Self.table(["other": 0, "b": 0], lower: 0.1, replacing: first, clock)
        #expect(second.trackedOperations == 3)
        for operation in ["a", "other"] { #expect(!second.decide(candidates.next(operation)).isSampled) }
        for operation in ["b", "idle"] { #expect(second.decide(candidates.next(operation)).isSampled) }
        clock.advance(.seconds(8))
        for operation in ["a", "other"] { #expect(second.decide(candidates.next(operation)).isSampled) }
    }

    @Test("decide from several threads at once without exceeding a rate")
    func concurrentSafe() {
        let table = Self.table(["op": 0], lower: 100)
        let sampled = Threads.run(4) { _ in Self.sampled(table, "op", of: 5000) + Self.sampled(table, "new", of: 5000) }
        #expect(sampled.reduce(0, +) == 200)
    }
}
