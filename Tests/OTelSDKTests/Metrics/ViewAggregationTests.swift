import OTLPProto
import OTelAPI
import OTelSDK
import Synchronization
import TestSupport
import Testing

@Suite("The aggregation of a stream")
struct ViewAggregationTests {
    @Test(
        "is that of the view, where the kind of instrument allows it",
        .matrix(109, 114, 115, 116, 117, 118, 119, 120),
        arguments: [
            (nil, defaultNatures),
            (.default, defaultNatures),
            (.drop, [nil, nil, nil, nil, nil, nil, nil]),
            (.sum, [.growing, .sum, .growing, .sum, .growing, .sum, .sum]),
            (.lastValue, [.gauge, .gauge, .gauge, .gauge, .gauge, .gauge, .gauge]),
            (
                .explicitBucketHistogram,
                [.histogram, .histogram, .histogram, .histogram, .growing, .sum, .gauge]
            ),
            (
                .exponentialHistogram,
                [.exponential, .exponential, .exponential, .exponential, .growing, .sum, .gauge]
            ),
        ] as [(MetricAggregation?, [MetricNature?])]
    )
    func ofEachKind(aggregation: MetricAggregation?, natures: [MetricNature?]) throws {
        let view = InstrumentView(InstrumentSelector(), aggregation: aggregation)
        let telemetry = try ManualTelemetry(views: [view])
        telemetry.meter.useAllKinds()
        let metrics = telemetry.collect()
        for (kind, nature) in zip(OTelInstrumentKind.allCases, natures) {
            let found = metrics.named("\(kind)").map { MetricNature($0.kind, isMonotonic: $0.isMonotonic) }
            #expect(found == nature, "\(kind)")
        }
    }

    @Test("is the reader's where no view has another", .matrix(115, 122))
    func ofReaders() throws {
        let readers = [
            ManualMetricReader(),
            ManualMetricReader(
                aggregations: [.histogram: .exponentialHistogram, .counter: .lastValue, .observableGauge: .sum]
            ),
            ManualMetricReader(aggregations: [.histogram: .sum, .upDownCounter: .drop, .gauge: .default]),
        ]
        let view = InstrumentView(InstrumentSelector(name: "viewed"), aggregation: .lastValue)
        let telemetry = try ManualTelemetry(readers, views: [view])
        telemetry.meter.useAllKinds()
        telemetry.meter.histogram("viewed").record(1)
        let expected: [[MetricNature?]] = [
            defaultNatures,
            [.gauge, .sum, .exponential, .gauge, .growing, .sum, .sum],
            [.growing, nil, .growing, .gauge, .growing, .sum, .gauge],
        ]
        for (reader, natures) in expected.enumerated() {
            let metrics = telemetry.collect(reader)
            for (kind, nature) in zip(OTelInstrumentKind.allCases, natures) {
                let found = metrics.named("\(kind)").map { MetricNature($0.kind, isMonotonic: $0.isMonotonic) }
                #expect(found == nature, "\(kind) of reader \(reader)")
            }
            #expect(metrics.named("viewed")?.kind == .gauge)
            #expect(metrics.count == natures.count { $0 != nil } + 1)
        }
    }

    @Test(
        "has boundaries of the view, else of the reader, else of the author; a view that names explicit buckets wins",
        .matrix(92, 115),
        arguments: [
            (view: nil, reader: nil, bounds: [1, 2]),
            (view: .some(nil), reader: nil, bounds: [1, 2]),
            (view: .default, reader: nil, bounds: [1, 2]),
            (view: .explicitBucketHistogram, reader: nil, bounds: defaultBoundaries),
            (view: .explicitBucketHistogram(recordMinMax: false), reader: nil, bounds: defaultBoundaries),
            (view: .explicitBucketHistogram(boundaries: [7]), reader: nil, bounds: [7]),
            (view: .explicitBucketHistogram(boundaries: []), reader: nil, bounds: []),
            (view: nil, reader: .explicitBucketHistogram, bounds: [1, 2]),
            (view: nil, reader: .default, bounds: [1, 2]),
            (view: nil, reader: .explicitBucketHistogram(boundaries: [9]), bounds: [9]),
            (view: .default, reader: .explicitBucketHistogram(boundaries: [9]), bounds: [9]),
            (
                view: .explicitBucketHistogram(boundaries: [7]),
                reader: .explicitBucketHistogram(boundaries: [9]), bounds: [7]
            ),
        ] as [(view: MetricAggregation??, reader: MetricAggregation?, bounds: [Double])]
    )
    func boundaries(view: MetricAggregation??, reader: MetricAggregation?, bounds: [Double]) throws {
        let telemetry = try ManualTelemetry(
            [ManualMetricReader(aggregations: reader.map { [.histogram: $0] } ?? [:])],
            views: view.map { [InstrumentView(InstrumentSelector(), aggregation: $0)] } ?? []
        )
        telemetry.meter.histogram("h", boundaries: [1, 2]).record(1)
        #expect(telemetry.collect().histogram("h")?.bounds == bounds)
    }

    @Test(
        "tells the least and the greatest value, or not",
        .matrix(119, 120),
        arguments: [true, false]
    )
    func leastAndGreatest(isRecorded: Bool) throws {
        let views = [
            InstrumentView(
                InstrumentSelector(name: "explicit"),
                aggregation: .explicitBucketHistogram(recordMinMax: isRecorded)
            ),
            InstrumentView(
                InstrumentSelector(name: "exponential"),
                aggregation: .exponentialHistogram(recordMinMax: isRecorded)
            ),
        ]
        let telemetry = try ManualTelemetry(views: views)
        for name in ["explicit", "exponential"] {
            for value in [2, 3] { telemetry.meter.histogram(name).record(value) }
        }
        let metrics = telemetry.collect()
        let explicit = try #require(metrics.histogram("explicit"))
        let exponential = try #require(metrics.named("exponential")?.exponentialHistogramPoints.first)
        #expect([explicit.min, exponential.min] == (isRecorded ? [2, 2] : [nil, nil]))
        #expect([explicit.max, exponential.max] == (isRecorded ? [3, 3] : [nil, nil]))
        #expect([explicit.sum, exponential.sum] == [5, 5])
        #expect([explicit.count, exponential.count] == [2, 2])
    }

    @Test("is the default where a view asks for what an asynchronous instrument can't have, with a warning")
    func impossible() throws {
        let view = InstrumentView(
            InstrumentSelector(kind: .observableGauge),
            description: "ignored with the rest of the view",
            aggregation: .exponentialHistogram
        )
        let telemetry = try ManualTelemetry(views: [view])
        let messages = telemetry.messages {
            telemetry.meter.observableGauge("g") { $0.observe(1) }
            telemetry.meter.histogram("h").record(1)
        }
        #expect(messages.count == 1)
        #expect(messages.first?.contains("base-2 exponential histogram") == true)
        #expect(messages.first?.contains("\"g\"") == true)
        let metrics = telemetry.collect()
        #expect(metrics.named("g")?.kind == .gauge && metrics.named("g")?.description == "")
    }

    @Test("can't be a reader's where asynchronous instruments can't have it")
    func impossibleReader() {
        let error = #expect(throws: ConfigError.self) {
            _ = try ManualTelemetry([ManualMetricReader(aggregations: [.observableCounter: .exponentialHistogram])])
        }
        #expect(error?.setting == "ManualMetricReader.aggregations[.observableCounter]")
    }

    @Test("that drops makes nothing of measurements, and says so to those who ask", .matrix(114))
    func drop() throws {
        let views = [InstrumentView(InstrumentSelector(name: "dropped*"), aggregation: .drop)]
        let telemetry = try ManualTelemetry(views: views)
        let meter = telemetry.meter
        let calls = Mutex(0)
        let dropped = meter.counter("dropped")
        let bound = dropped.bound(["a": 1])
        meter.observableGauge("dropped too") { observer in
            calls.withLock { $0 += 1 }
            observer.observe(1)
        }
        meter.counter("kept").add(1)
        dropped.add(1)
        dropped.add(1, ["a": 1])
        dropped.add(1, "a", 1)
        bound.add(1)
        #expect(!dropped.isEnabled)
        #expect(meter.counter("kept").isEnabled)
        #expect(telemetry.collect().map(\.name) == ["kept"])
        #expect(calls.withLock { $0 } == 0)
    }

    @Test("that drops for one view or reader leaves the instrument enabled while another wants it", .matrix(112, 114))
    func dropForOne() throws {
        let readers = [ManualMetricReader(aggregations: [.counter: .drop]), ManualMetricReader()]
        let views = [
            InstrumentView(InstrumentSelector(kind: .gauge), aggregation: .drop),
            InstrumentView(InstrumentSelector(name: "g"), name: "kept"),
        ]
        let telemetry = try ManualTelemetry(readers, views: views)
        let counter = telemetry.meter.counter("c")
        let gauge = telemetry.meter.gauge("g")
        #expect(counter.isEnabled && gauge.isEnabled)
        #expect(!telemetry.meter.gauge("other").isEnabled)
        counter.add(1)
        gauge.record(2)
        #expect(telemetry.collect(0).map(\.name) == ["kept"])
        #expect(telemetry.collect(1).map(\.name) == ["c", "kept"])
    }
}

/// What a metric is: its kind, and whether it is a sum that only grows.
struct MetricNature: Equatable {
    var kind: MetricView.Kind
    var isMonotonic = false

    init(_ kind: MetricView.Kind, isMonotonic: Bool = false) {
        self.kind = kind
        self.isMonotonic = isMonotonic
    }

    static let gauge = MetricNature(.gauge)
    static let sum = MetricNature(.sum)
    static let growing = MetricNature(.sum, isMonotonic: true)
    static let histogram = MetricNature(.histogram)
    static let exponential = MetricNature(.exponentialHistogram)
}

/// In the order of `OTelInstrumentKind.allCases`; nil for no stream.
private let defaultNatures: [MetricNature?] = [.growing, .sum, .histogram, .gauge, .growing, .sum, .gauge]

private let defaultBoundaries: [Double] = [
    0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000,
]
