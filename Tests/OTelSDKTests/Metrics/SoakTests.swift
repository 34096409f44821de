import Foundation
import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

/// Everything at once, for some seconds, or for as many as `SOAK_SECONDS` says.
@Suite("Metrics under load from all sides", .ownThread)
struct SoakTests {
    private static let recorders = 16

    @Test("lose nothing, count nothing twice and stay in their bounds", .matrix(97))
    func everythingConcurrentSafe() throws {
        let seconds = ProcessInfo.processInfo.environment["SOAK_SECONDS"].flatMap(Int.init) ?? 3
        let end = ContinuousClock.now + .seconds(seconds)
        let soak = try Soak()
        let collectors = soak.collectors
        let problems = Threads.run(Self.recorders + collectors.count) { index -> [String] in
            if index < collectors.count {
                while ContinuousClock.now < end { collectors[index].collect() }
                return collectors[index].problems
            }
            // Half of the threads come and go.
            while ContinuousClock.now < end {
                if index % 2 == 0 { soak.record(index) } else { onThreads(1) { _ in soak.record(index) } }
            }
            return []
        }
        #expect(problems.flatMap { $0 }.prefix(5) == [])
        #expect(soak.rounds > 0)
        for collector in collectors {
            collector.collect()
            #expect(collector.problems.prefix(5) == [])
            for (name, expected) in soak.expected { #expect(collector.totals[name] == expected, "\(name)") }
            // Of instruments that were turned off meanwhile, less is expected than two measurements a round.
            for name in Soak.changingNames {
                #expect((collector.totals[name] ?? 0) <= Double(soak.rounds * 2), "\(name)")
            }
        }
    }
}
