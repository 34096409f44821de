import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("Views replaced while instruments are in use")
struct ConfigureViewsTests {
    private static let renaming = [InstrumentView(InstrumentSelector(name: "c"), name: "renamed")]

    @Test(
        "reach handles of all ages, bound ones too, of meters that nobody keeps",
        .matrix(102, 103, 104)
    )
    func handles() throws {
        let telemetry = try ManualTelemetry()
        let counter = telemetry.telemetry.meter("m").counter("c")
        let bound = counter.bound(["bound": true])
        counter.add(1)
        bound.add(1)
        try telemetry.telemetry.configureViews(Self.renaming)
        let late = telemetry.telemetry.meter("m").counter("c")
        #expect(late === counter)
        counter.add(10)
        bound.add(10)
        counter.bound(["bound": true]).add(20)
        late.add(20, "short", 1)
        let metrics = telemetry.collect()
        #expect(metrics.numbers("c") == [[:]: .int(1), ["bound": true]: .int(1)])
        #expect(
            metrics.numbers("renamed") == [
                [:]: .int(10), ["bound": true]: .int(30), ["short": 1]: .int(20),
            ]
        )
    }

    @Test("end what they replace after one more collection of each reader, and lose no difference", .matrix(103, 104))
    func lastCollection() throws {
        let readers = [ManualMetricReader(), ManualMetricReader(temporality: .delta), ManualMetricReader()]
        let telemetry = try ManualTelemetry(readers)
        let counter = telemetry.meter.counter("c")
        counter.add(1)
        for reader in readers.indices { #expect(telemetry.collect(reader).numbers("c") == [[:]: .int(1)]) }
        counter.add(2)
        try telemetry.telemetry.configureViews(Self.renaming)
        counter.add(4)
        #expect(telemetry.collect(0).numbers("c") == [[:]: .int(3)])
        #expect(telemetry.collect(1).numbers("c") == [[:]: .int(2)])
        for reader in 0...1 {
            // The third reader still has to see what ended; the others have.
            counter.add(8)
            let metrics = telemetry.collect(reader)
            #expect(metrics.map(\.name) == ["renamed"])
        }
        #expect(telemetry.collect(2).numbers("c") == [[:]: .int(3)])
        #expect(telemetry.collect(2).numbers("renamed") == [[:]: .int(20)])
        #expect(telemetry.collect(2).map(\.name) == ["renamed"])
    }

    @Test("leave streams alone that stay as they are: totals go on", .matrix(103))
    func kept() throws {
        let telemetry = try ManualTelemetry(views: [
            InstrumentView(InstrumentSelector(name: "two"), name: "two a"),
            InstrumentView(InstrumentSelector(name: "two"), name: "two b"),
        ])
        let meter = telemetry.meter
        let counter = meter.counter("kept")
        let bound = counter.bound(["a": 1])
        let two = meter.counter("two")
        counter.add(1)
        bound.add(1)
        two.add(1)
        let before = telemetry.collect()
        try telemetry.telemetry.configureViews([
            InstrumentView(InstrumentSelector(name: "two"), name: "two b"),
            InstrumentView(InstrumentSelector(name: "two"), name: "two c"),
            InstrumentView(InstrumentSelector(name: "kept", kind: .gauge), aggregation: .drop),
        ])
        counter.add(1)
        bound.add(1)
        two.add(1)
        let after = telemetry.collect()
        #expect(after.numbers("kept") == [[:]: .int(2), ["a": 1]: .int(2)])
        #expect(after.numbers("two a") == [[:]: .int(1)])
        #expect(after.numbers("two b") == [[:]: .int(2)])
        #expect(after.numbers("two c") == [[:]: .int(1)])
        let starts = [before, after].map { $0.named("kept")?.numberPoints.map(\.startTime) }
        #expect(starts[0] == starts[1])
    }

    @Test("turn instruments off and on again", .matrix(103, 104))
    func dropped() throws {
        let telemetry = try ManualTelemetry([ManualMetricReader(temporality: .delta)])
        let counter = telemetry.meter.counter("c")
        let bound = counter.bound(["a": 1])
        let calls = Mutex(0)
        telemetry.meter.observableGauge("g") { observer in
            calls.withLock { $0 += 1 }
            observer.observe(1)
        }
        try telemetry.telemetry.configureViews([InstrumentView(InstrumentSelector(), aggregation: .drop)])
        #expect(!counter.isEnabled)
        counter.add(1)
        bound.add(1)
        #expect(telemetry.collect().isEmpty)
        #expect(calls.withLock { $0 } == 0)
        try telemetry.telemetry.configureViews([])
        #expect(counter.isEnabled)
        counter.add(2)
        bound.add(4)
        let metrics = telemetry.collect()
        #expect(metrics.numbers("c") == [[:]: .int(2), ["a": 1]: .int(4)])
        #expect(metrics.numbers("g") == [[:]: .int(1)])
        #expect(calls.withLock { $0 } == 1)
    }

    @Test("change the aggregation of a histogram that is in use", .matrix(103, 104))
    func aggregation() throws {
        let telemetry = try ManualTelemetry()
        let histogram = telemetry.meter.histogram("h")
        let bound = histogram.bound([:])
        histogram.record(1)
        let view = InstrumentView(InstrumentSelector(), aggregation: .exponentialHistogram)
        try telemetry.telemetry.configureViews([view])
        histogram.record(2)
        bound.record(3)
        let metrics = telemetry.collect()
        #expect(metrics.flatMap(\.histogramPoints).map(\.sum) == [1])
        #expect(metrics.flatMap(\.exponentialHistogramPoints).map(\.sum) == [5])
        #expect(telemetry.collect().map(\.kind) == [.exponentialHistogram])
    }

    @Test("reach asynchronous instruments: each observation goes to the streams of the moment", .matrix(103, 104))
    func asynchronous() throws {
        let same = [
            InstrumentView(InstrumentSelector(name: "a"), name: "shared", attributes: .excluding(["left"])),
            InstrumentView(InstrumentSelector(name: "b"), name: "shared", attributes: .excluding(["left"])),
        ]
        let telemetry = try ManualTelemetry(views: same)
        let meter = telemetry.meter
        let first = meter.observableCounter("a") { $0.observe(1, ["left": 1]) }
        let second = meter.observableCounter("b") { $0.observe(2, ["left": 2]) }
        let third = meter.observableUpDownCounter("u")
        meter.registerCallback(for: [first, third]) { observer in
            observer.observe(first, 10, ["multi": true])
            observer.observe(third, 20)
        }
        #expect(telemetry.collect().numbers("shared") == [[:]: .int(3), ["multi": true]: .int(10)])
        // `b` keeps the stream that it shared with `a`.
        try telemetry.telemetry.configureViews([same[1]])
        let metrics = telemetry.collect()
        #expect(metrics.numbers("shared") == [[:]: .int(2)])
        #expect(metrics.numbers("a") == [["left": 1]: .int(1), ["multi": true]: .int(10)])
        #expect(metrics.numbers("u") == [[:]: .int(20)])
        withExtendedLifetime((first, second, third)) {}
    }

    @Test("count no difference twice, and lose none, where asynchronous instruments are replaced", .matrix(103))
    func asynchronousDifferences() throws {
        let readers = [ManualMetricReader(temporality: .delta), ManualMetricReader()]
        let telemetry = try ManualTelemetry(readers)
        let total = Mutex(100)
        telemetry.meter.observableCounter("c") { observer in
            let total = total.withLock { $0 }
            observer.observe(total, ["id": 1])
            observer.observe(total * 2, ["id": 2])
        }
        telemetry.meter.observableGauge("g", of: Double.self) { $0.observe(0.5) }
        func collect(_ reader: Int) -> [OTelAttributes: MetricView.Number] {
            let metrics = telemetry.collect(reader)
            #expect(metrics.numbers("g") == [[:]: .double(0.5)])
            return metrics.numbers("c")
        }
        #expect(collect(0) == [["id": 1]: .int(100), ["id": 2]: .int(200)])
        total.withLock { $0 = 110 }
        try telemetry.telemetry.configureViews([
            InstrumentView(InstrumentSelector(name: "c"), attributes: .excluding(["id"]))
        ])
        // What ended tells the last differences, what is new those from then on; totals come from the new one alone.
        #expect(collect(0) == [["id": 1]: .int(10), ["id": 2]: .int(20)])
        #expect(collect(1) == [[:]: .int(330)])
        total.withLock { $0 = 111 }
        #expect(collect(0) == [[:]: .int(3)])
        #expect(collect(1) == [[:]: .int(333)])
    }

    @Test("don't add up what two instruments measure any longer than they share a stream")
    func synchronousShared() throws {
        let same = ["a", "b"].map { InstrumentView(InstrumentSelector(name: $0), name: "shared") }
        let telemetry = try ManualTelemetry(views: same)
        let counters = ["a", "b"].map { telemetry.meter.counter($0) }
        for counter in counters { counter.add(1) }
        #expect(telemetry.collect().numbers("shared") == [[:]: .int(2)])
        try telemetry.telemetry.configureViews([same[1]])
        for counter in counters { counter.add(4) }
        let metrics = telemetry.collect()
        #expect(metrics.numbers("shared") == [[:]: .int(6)])
        #expect(metrics.numbers("a") == [[:]: .int(4)])
    }

    @Test("apply to a meter that is disabled, which stays so", .matrix(103))
    func disabledMeter() throws {
        let telemetry = try ManualTelemetry { $0.meterConfigurator = .disabling("*") }
        let counter = telemetry.meter.counter("c")
        try telemetry.telemetry.configureViews(Self.renaming)
        #expect(!counter.isEnabled)
        counter.add(1)
        telemetry.telemetry.configureMeters(.enablingAll)
        counter.add(2)
        #expect(telemetry.collect().numbers("renamed") == [[:]: .int(2)])
    }

    @Test("do nothing after shutdown")
    func afterShutdown() throws {
        let telemetry = try ManualTelemetry()
        let counter = telemetry.meter.counter("c")
        telemetry.telemetry.shutdownBlocking()
        try telemetry.telemetry.configureViews(Self.renaming)
        counter.add(1)
        #expect(!counter.isEnabled)
        #expect(telemetry.collect().isEmpty)
    }

    @Test("may be replaced while threads measure and readers collect: of nothing is there too much", .matrix(103))
    func replacedConcurrentSafe() throws {
        let telemetry = try ManualTelemetry([ManualMetricReader(temporality: .delta), ManualMetricReader()])
        let counter = telemetry.meter.counter("c")
        let bound = counter.bound([:])
        let total = Mutex(Int64(0))
        let take: @Sendable ([MetricView]) -> Void = { metrics in
            for point in metrics.flatMap(\.numberPoints) {
                if case .int(let value) = point.value { total.withLock { $0 += value } }
            }
        }
        onThreads(4) { index in
            for round in 0..<300 {
                switch index {
                case 0: if round % 10 == 0 { take(telemetry.collect()) }
                case 1:
                    if round % 10 == 0 { try? telemetry.telemetry.configureViews(round % 20 == 0 ? Self.renaming : []) }
                default:
                    counter.add(1)
                    bound.add(1)
                }
            }
        }
        for _ in 0..<2 { take(telemetry.collect()) }
        // A measurement may come too late for the stream that its thread still sees; none counts twice.
        #expect(total.withLock { $0 } <= 1200)
        counter.add(1)
        #expect(telemetry.collect().flatMap(\.numberPoints).map(\.value) == [.int(1)])
    }

    @Test("leave no two points of one metric and time, for no reader")
    func lastPoints() throws {
        let readers = [ManualMetricReader(), ManualMetricReader(temporality: .delta)]
        let telemetry = try ManualTelemetry(readers)
        let counter = telemetry.meter.counter("c")
        telemetry.meter.observableGauge("g") { $0.observe(1) }
        counter.add(1)
        try telemetry.telemetry.configureViews([
            InstrumentView(InstrumentSelector(), attributes: .excluding(["user"]))
        ])
        counter.add(2)
        for reader in readers.indices {
            let metrics = telemetry.collect(reader)
            let points = metrics.filter { $0.name == "c" }.flatMap(\.numberPoints)
            #expect(points.map(\.value) == [.int(1), .int(2)])
            #expect(points[0].time <= (try #require(points[1].startTime)))
            #expect(metrics.filter { $0.name == "g" }.count == 1)
        }
    }

    @Test("let totals of callbacks go on from the creation of their instrument")
    func observedStart() throws {
        let telemetry = try ManualTelemetry()
        telemetry.meter.observableCounter("c") { $0.observe(1) }
        let start = try #require(telemetry.collect().named("c")?.numberPoints.first?.startTime)
        try telemetry.telemetry.configureViews([
            InstrumentView(InstrumentSelector(name: "c"), attributes: .excluding(["user"]))
        ])
        for _ in 0..<2 {
            let later = try #require(telemetry.collect().named("c")?.numberPoints.first?.startTime)
            #expect(later <= start)
        }
    }

    @Test("keep no more than a hundred replaced streams where nobody collects")
    func uncollected() throws {
        let telemetry = try ManualTelemetry()
        let counter = telemetry.meter.counter("c")
        for number in 0..<110 {
            try telemetry.telemetry.configureViews([
                InstrumentView(InstrumentSelector(name: "c"), name: "c\(number)")
            ])
            counter.add(1)
        }
        #expect(telemetry.collect().map(\.name) == (9..<110).map { "c\($0)" })
    }
}
