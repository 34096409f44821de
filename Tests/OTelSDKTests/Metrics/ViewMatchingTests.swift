import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Several views of one instrument")
struct ViewMatchingTests {
    private static func streams(_ views: [InstrumentView], _ mode: ViewMatchingMode) throws -> [ViewedStream] {
        let telemetry = try ManualTelemetry(views: views) { $0.viewMatchingMode = mode }
        telemetry.meter.histogram("h", description: "its own").record(1, ["a": 1, "b": 1])
        return telemetry.collect().map { metric in
            let points =
                metric.histogramPoints.map(\.attributes) + metric.exponentialHistogramPoints.map(\.attributes)
                + metric.numberPoints.map(\.attributes)
            let counts =
                metric.histogramPoints.map(\.count) + metric.exponentialHistogramPoints.map(\.count)
                + metric.numberPoints.map { UInt64($0.value.asDouble) }
            return ViewedStream(
                name: metric.name,
                description: metric.description,
                kind: metric.kind,
                series: Set(points),
                count: counts.reduce(0, +)
            )
        }
    }

    @Test(
        "make a stream each where they are independent",
        .matrix(112),
        arguments: [
            ([], [ViewedStream()]),
            ([InstrumentView(InstrumentSelector(name: "other"), description: "x")], [ViewedStream()]),
            (
                [view("one"), view("two", description: "2")],
                [ViewedStream(name: "one"), ViewedStream(name: "two", description: "2")]
            ),
            (
                [view(attributes: .keeping(["a"])), view("two", attributes: .keeping(["b"]), aggregation: .sum)],
                [ViewedStream(series: [["a": 1]]), ViewedStream(name: "two", kind: .sum, series: [["b": 1]])]
            ),
            ([view("one"), view("two", aggregation: .drop)], [ViewedStream(name: "one")]),
            ([view(aggregation: .drop)], []),
            // What two views ask for alike is one stream, which counts once.
            ([view(description: "d"), view(description: "d")], [ViewedStream(description: "d")]),
        ] as [([InstrumentView], [ViewedStream])]
    )
    func independent(views: [InstrumentView], streams: [ViewedStream]) throws {
        #expect(try Self.streams(views, .independent) == streams)
    }

    @Test(
        "make a stream a name where they are composable: the last says, and attributes must please all",
        .matrix(113),
        arguments: [
            ([], [ViewedStream()]),
            ([InstrumentView(InstrumentSelector(name: "other"), description: "x")], [ViewedStream()]),
            // Without names all make one.
            (
                [view(description: "1"), view(aggregation: .sum), view(description: "2")],
                [ViewedStream(description: "2", kind: .sum)]
            ),
            // Those without a name take part in each, in the order of registration.
            (
                [
                    view(description: "all"), view("one", description: "1"), view("two", aggregation: .sum),
                    view(attributes: .keeping(["a"])),
                ],
                [
                    ViewedStream(name: "one", description: "1", series: [["a": 1]]),
                    ViewedStream(name: "two", description: "all", kind: .sum, series: [["a": 1]]),
                ]
            ),
            (
                [view("one", description: "1"), view(description: "all")],
                [ViewedStream(name: "one", description: "all")]
            ),
            (
                [view("one", aggregation: .sum), view("one", description: "1")],
                [ViewedStream(name: "one", description: "1", kind: .sum)]
            ),
            // The names come in the order in which they were asked for first.
            ([view("two"), view("one"), view("two")], [ViewedStream(name: "two"), ViewedStream(name: "one")]),
            (
                [view(attributes: .keeping(["a"])), view(attributes: .keeping(["b"]))],
                [ViewedStream(series: [[:]])]
            ),
            (
                [view(attributes: .keeping(["a", "b"])), view(attributes: .excluding(["b"]))],
                [ViewedStream(series: [["a": 1]])]
            ),
            (
                [view(aggregation: .drop), view(aggregation: .exponentialHistogram)],
                [ViewedStream(kind: .exponentialHistogram)]
            ),
            ([view(aggregation: .exponentialHistogram), view(aggregation: .drop)], []),
            ([view("one", aggregation: .drop), view("two")], [ViewedStream(name: "two")]),
            ([view(aggregation: .sum), view(aggregation: .default)], [ViewedStream()]),
        ] as [([InstrumentView], [ViewedStream])]
    )
    func composable(views: [InstrumentView], streams: [ViewedStream]) throws {
        #expect(try Self.streams(views, .composable) == streams)
    }

    @Test("set boundaries together with the aggregation, not one by one, where they are composable", .matrix(113))
    func atomicAggregation() throws {
        let views = [
            view(aggregation: .explicitBucketHistogram(boundaries: [7], recordMinMax: false)),
            view(aggregation: .explicitBucketHistogram(recordMinMax: true)),
        ]
        let telemetry = try ManualTelemetry(views: views) { $0.viewMatchingMode = .composable }
        telemetry.meter.histogram("h", boundaries: [1]).record(1)
        let point = try #require(telemetry.collect().histogram("h"))
        #expect(point.bounds.count == 15)
        #expect(point.min == 1)
    }

    @Test(
        "fall back to the aggregation before an impossible one where they are composable, with a warning",
        .matrix(113),
        arguments: [
            ([MetricAggregation.sum, .exponentialHistogram], MetricView.Kind.sum),
            ([.exponentialHistogram, .sum], .sum),
            ([.exponentialHistogram], .gauge),
            ([.sum, .lastValue, .explicitBucketHistogram], .gauge),
        ]
    )
    func impossible(aggregations: [MetricAggregation], kind: MetricView.Kind) throws {
        let views = aggregations.map { InstrumentView(InstrumentSelector(), description: "\($0)", aggregation: $0) }
        let telemetry = try ManualTelemetry(views: views) { $0.viewMatchingMode = .composable }
        let messages = telemetry.messages { telemetry.meter.observableGauge("g") { $0.observe(1) } }
        #expect(messages.count == 1)
        let metric = try #require(telemetry.collect().first)
        #expect(metric.kind == kind)
        // What else the view asks for counts.
        #expect(metric.description == aggregations.last?.description)
    }

    @Test("limit series by the last that does where they are composable", .matrix(113, 152))
    func cardinality() throws {
        let views = [5, 2].map { InstrumentView(InstrumentSelector(), cardinalityLimit: $0) }
        let telemetry = try ManualTelemetry(views: views) { $0.viewMatchingMode = .composable }
        for id in 0..<10 { telemetry.meter.counter("c").add(1, ["id": .int(id)]) }
        #expect(telemetry.collect().numbers("c").count == 3)
    }

    @Test("that make different streams of one name both count, with a warning", .matrix(112))
    func conflict() throws {
        let views = [
            InstrumentView(InstrumentSelector(), attributes: .keeping(["a"])),
            InstrumentView(InstrumentSelector(), attributes: .keeping(["b"])),
        ]
        let telemetry = try ManualTelemetry(views: views)
        let messages = telemetry.messages { telemetry.meter.counter("c").add(1, ["a": 1, "b": 1]) }
        #expect(messages.count == 1)
        #expect(messages.first?.contains("more than once under the name \"c\", with different attribute keys,") == true)
        let metrics = telemetry.collect()
        #expect(metrics.map(\.name) == ["c", "c"])
        #expect(metrics.flatMap(\.numberPoints).map(\.attributes) == [["a": 1], ["b": 1]])
    }

    @Test("reach bound instruments and callbacks, too", .matrix(112))
    func everyForm() throws {
        let views = [
            InstrumentView(InstrumentSelector(name: "sync"), name: "sync 1", attributes: .keeping(["a"])),
            InstrumentView(InstrumentSelector(name: "sync"), name: "sync 2"),
            InstrumentView(InstrumentSelector(name: "async"), name: "async 1", attributes: .keeping(["a"])),
            InstrumentView(InstrumentSelector(name: "async"), name: "async 2"),
        ]
        let telemetry = try ManualTelemetry(views: views)
        let counter = telemetry.meter.counter("sync")
        counter.add(1, ["a": 1, "b": 1])
        counter.add(2, "a", 1, "b", 1)
        counter.bound(["a": 1, "b": 1]).add(4)
        counter.add(8)
        telemetry.meter.observableCounter("async", of: Double.self) { $0.observe(1, ["a": 1, "b": 1]) }
        let metrics = telemetry.collect()
        #expect(metrics.numbers("sync 1") == [["a": 1]: .int(7), [:]: .int(8)])
        #expect(metrics.numbers("sync 2") == [["a": 1, "b": 1]: .int(7), [:]: .int(8)])
        #expect(metrics.numbers("async 1") == [["a": 1]: .double(1)])
        #expect(metrics.numbers("async 2") == [["a": 1, "b": 1]: .double(1)])
    }
}

/// A view of the instrument `h`.
private func view(
    _ name: String? = nil,
    description: String? = nil,
    attributes: AttributeKeyFilter? = nil,
    aggregation: MetricAggregation? = nil
) -> InstrumentView {
    InstrumentView(
        InstrumentSelector(name: "h"),
        name: name,
        description: description,
        attributes: attributes,
        aggregation: aggregation
    )
}

/// What one stream of the histogram `h` came to.
struct ViewedStream: Hashable, CustomTestStringConvertible {
    var name = "h"
    var description = "its own"
    var kind = MetricView.Kind.histogram
    var series: Set<OTelAttributes> = [["a": 1, "b": 1]]
    /// How many measurements of 1.
    var count: UInt64 = 1

    var testDescription: String { "\(self.name), \(self.description), \(self.kind), \(self.series), \(self.count)" }
}
