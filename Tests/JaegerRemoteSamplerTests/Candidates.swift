import OTelAPI
import Synchronization
import TestSupport

@testable import JaegerRemoteSampler
@testable import OTelSDK

/// Spans to decide on, with random trace ids that are the same in every run.
final class Candidates {
    private var random: SeededGenerator

    init(seed: UInt64 = 1) {
        self.random = SeededGenerator(seed: seed)
    }

    func next(_ name: String = "span", parent: OTelContext = .root) -> SpanCandidate {
        SpanCandidate(
            parent: parent,
            traceID: OTelTraceID(high: self.random.next(), low: self.random.next()),
            name: name,
            kind: .internal,
            attributes: [:],
            links: []
        )
    }
}

/// A clock that stands still until it is set.
final class ManualClock: Sendable {
    private let time = Atomic<UInt64>(1_000_000_000_000)

    var read: MonotonicClock { { self.time.load(ordering: .relaxed) } }

    func advance(_ duration: Duration) {
        self.time.add(duration.nanosecondsClamped, ordering: .relaxed)
    }
}

extension SamplingResult {
    var isSampled: Bool { self.decision == .recordAndSample }
}
