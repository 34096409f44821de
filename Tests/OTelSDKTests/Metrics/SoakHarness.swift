import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport

/// All kinds of instruments, some of whose views and meter change all the time, with four readers of different
/// temporality.
final class Soak: Sendable {
    let collectors: [SoakCollector]
    private let telemetry: Telemetry
    private let steady: Instruments
    private let changing: Instruments
    private let recorded = Atomic(0)

    /// Rounds that one call records.
    private static let batch = 200
    static let crowdLimit = 50
    static let changingNames = ["changing.ints", "changing.sizes", "changing.spread"]

    init() throws {
        let readers = [.cumulative, .delta, .lowMemory, .delta(of: [.upDownCounter, .gauge])]
            .map { ManualMetricReader(temporality: $0) }
        let telemetry = try Telemetry(
            Config(
                serviceName: "soak",
                sinks: readers,
                views: Self.steadyViews,
                exemplarFilter: .alwaysOn,
                exitTimeout: .zero
            )
        )
        self.telemetry = telemetry
        self.steady = Instruments(telemetry.meter("steady"), prefix: "")
        self.changing = Instruments(telemetry.meter("changing"), prefix: "changing.")
        self.collectors = readers.enumerated().map { index, reader in
            SoakCollector(reader) { round in
                // One of them changes what is wanted between its collections.
                if index == 0 { Self.change(telemetry, round) }
            }
        }
    }

    deinit {
        self.telemetry.shutdownBlocking(timeout: .seconds(5))
    }

    /// Rounds recorded so far.
    var rounds: Int { self.recorded.load(ordering: .relaxed) }

    /// What the steady instruments have to come to.
    var expected: [String: Double] {
        let rounds = Double(self.rounds)
        return [
            "ints": rounds * 2, "doubles": rounds / 2, "levels": rounds / 2, "sizes": rounds, "spread": rounds,
            "crowd": rounds,
        ]
    }

    /// Records a few rounds on the calling thread.
    func record(_ thread: Int) {
        for round in 0..<Self.batch {
            let context: OTelContext =
                round % 3 == 0 ? .root : .inSpan(UInt64(round + 1), sampled: round % 3 == 1)
            OTelContext.withValue(context) {
                self.steady.record(thread, round)
                self.changing.record(thread, round)
            }
        }
        self.recorded.add(Self.batch, ordering: .relaxed)
    }

    private static func change(_ telemetry: Telemetry, _ round: Int) {
        telemetry.configureMeters(round % 3 == 0 ? .disabling("changing") : .enablingAll)
        try? telemetry.configureViews(self.steadyViews + self.changingViews[round % self.changingViews.count])
    }

    private static let steadyViews = [
        InstrumentView(
            InstrumentSelector(name: "spread", meterName: "steady"),
            aggregation: .exponentialHistogram(maxSize: 20)
        ),
        InstrumentView(
            InstrumentSelector(name: "crowd", meterName: "steady"),
            attributes: .keeping(["id"]),
            cardinalityLimit: Soak.crowdLimit
        ),
    ]

    private static let changingViews: [[InstrumentView]] = [
        [],
        [
            InstrumentView(
                InstrumentSelector(meterName: "changing"),
                attributes: .excluding(["round"]),
                exemplarReservoir: .simpleFixedSize(3)
            )
        ],
        [
            InstrumentView(
                InstrumentSelector(name: "changing.spread"),
                aggregation: .exponentialHistogram(maxSize: 40),
                exemplarReservoir: .custom { LastMeasurement() }
            ),
            InstrumentView(InstrumentSelector(name: "changing.ints"), aggregation: .explicitBucketHistogram),
        ],
        [InstrumentView(InstrumentSelector(meterName: "changing"), aggregation: .drop)],
        [
            InstrumentView(InstrumentSelector(name: "changing.spread"), aggregation: .exponentialHistogram),
            InstrumentView(InstrumentSelector(name: "changing.spread"), name: "other", aggregation: .lastValue),
        ],
    ]

    /// A reservoir of an application.
    private final class LastMeasurement: ExemplarReservoir {
        private let last = Mutex<ExemplarMeasurement?>(nil)

        func offer(_ measurement: ExemplarMeasurement) { self.last.withLock { $0 = measurement } }

        func collect() -> [ExemplarMeasurement] {
            self.last.withLock { last in
                defer { last = nil }
                return last.map { [$0] } ?? []
            }
        }
    }
}

/// One of each kind.
private struct Instruments: Sendable {
    private let ints: OTelCounter<Int>
    private let bound: OTelBoundCounter<Int>
    private let doubles: OTelCounter<Double>
    private let levels: OTelUpDownCounter<Int>
    private let sizes: OTelHistogram<Int>
    private let spread: OTelHistogram<Double>
    private let crowd: OTelCounter<Int>
    private let now: OTelGauge<Int>

    init(_ meter: OTelMeter, prefix: String) {
        self.ints = meter.counter(prefix + "ints")
        self.bound = self.ints.bound(["bound": true])
        self.doubles = meter.counter(prefix + "doubles", of: Double.self)
        self.levels = meter.upDownCounter(prefix + "levels")
        self.sizes = meter.histogram(prefix + "sizes")
        self.spread = meter.histogram(prefix + "spread", of: Double.self)
        self.crowd = meter.counter(prefix + "crowd")
        self.now = meter.gauge(prefix + "now")
        let total = Mutex(0)
        meter.observableCounter(prefix + "observed") { observer in
            let value = total.withLock { total in
                total += 1
                return total
            }
            for id in 0..<5 { observer.observe(value, ["id": .int(id)]) }
        }
        meter.observableUpDownCounter(prefix + "observedLevel") { $0.observe(-1) }
        meter.observableGauge(prefix + "observedNow", of: Double.self) { $0.observe(0.5, ["a": "b"]) }
    }

    func record(_ thread: Int, _ round: Int) {
        self.ints.add(1, ["thread": .int(thread), "round": .int(round % 5)])
        self.bound.add(1)
        self.doubles.add(0.5, "round", round % 3)
        self.levels.add(round % 2 == 0 ? 3 : -2)
        self.sizes.record(round, ["thread": .int(thread % 3)])
        self.spread.record(Double(round) * 1.5 - 20)
        self.crowd.add(1, ["id": .int(thread * 20 + round % 20), "left": .int(round)])
        self.now.record(round, "thread", thread % 2)
    }
}

/// Collects from one reader, adds up what it is told and looks for contradictions.
final class SoakCollector: @unchecked Sendable {
    // Safety: used by one thread at a time.
    private let reader: ManualMetricReader
    private let between: @Sendable (Int) -> Void
    private var round = 0
    /// By name: of differences the sum, of totals the last.
    private(set) var totals: [String: Double] = [:]
    private(set) var problems: [String] = []

    init(_ reader: ManualMetricReader, between: @escaping @Sendable (Int) -> Void) {
        self.reader = reader
        self.between = between
    }

    func collect() {
        self.round += 1
        let collection = self.reader.collect(timeout: .seconds(60))
        self.problems += collection.problems
        for (name, metrics) in Dictionary(grouping: collection.metrics, by: \.name) { self.take(name, metrics) }
        self.between(self.round)
    }

    /// All metrics of a name: several while views change.
    private func take(_ name: String, _ metrics: [MetricView]) {
        let points = metrics.flatMap(\.points)
        for point in points { self.check(name, point) }
        let total = points.reduce(0) { $0 + $1.total }
        if metrics[0].temporality == .delta {
            self.totals[name, default: 0] += total
        } else if metrics.count == 1 {
            if metrics[0].isMonotonic, !name.hasPrefix("changing"), total < self.totals[name] ?? 0 {
                self.note("\(name) fell")
            }
            self.totals[name] = total
        }
        if name == "crowd", points.count > Soak.crowdLimit + 1 { self.note("\(points.count) points of \(name)") }
    }

    private func check(_ name: String, _ point: AggregationPoint) {
        if point.start >= point.time { self.note("\(name): from \(point.start) to \(point.time)") }
        for exemplar in point.exemplars {
            let time = exemplar.time.unixNanoseconds
            if time <= point.start || time > point.time {
                self.note("\(name): exemplar at \(time) from \(point.start) to \(point.time)")
            }
            if (exemplar.spanID == nil) != (exemplar.traceID == nil) { self.note("\(name): half a span") }
        }
    }

    private func note(_ problem: String) {
        if self.problems.count < 20 { self.problems.append(problem) }
    }
}
