import Foundation
import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Attributes of exemplars")
struct ExemplarAttributesTests {
    private static let all: OTelAttributes = ["kept": 1, "left": "x", "nested": ["list", 2]]
    private static let left: OTelAttributes = ["left": "x", "nested": ["list", 2]]

    @Test(
        "are those that the view leaves out, and no others",
        .matrix(139),
        arguments: [
            (.keeping(["kept"]), ["kept": 1], left),
            (.excluding(["kept"]), left, ["kept": 1]),
            (.keepingAll, all, [:]),
            (.keeping([]), [:], all),
        ] as [(AttributeKeyFilter, OTelAttributes, OTelAttributes)]
    )
    func filtered(filter: AttributeKeyFilter, kept: OTelAttributes, left: OTelAttributes) throws {
        let views = [
            InstrumentView(
                InstrumentSelector(name: "exponential"),
                attributes: filter,
                aggregation: .exponentialHistogram
            ),
            InstrumentView(InstrumentSelector(kind: .counter), attributes: filter),
            InstrumentView(InstrumentSelector(kind: .gauge), attributes: filter),
            InstrumentView(InstrumentSelector(name: "histogram"), attributes: filter),
            InstrumentView(InstrumentSelector(kind: .observableCounter), attributes: filter),
        ]
        let harness = try AggregationHarness(views: views, exemplarFilter: .alwaysOn)
        let meter = harness.meter
        meter.counter("counter").add(1, Self.all)
        meter.counter("double", of: Double.self).add(1, Self.all)
        meter.counter("bound").bound(Self.all).add(1)
        meter.counter("short").add(1, "kept", 1, "left", "x", "nested", ["list", 2] as OTelValue)
        meter.gauge("gauge").record(1, Self.all)
        meter.histogram("histogram").record(1, Self.all)
        meter.histogram("boundHistogram").bound(Self.all).record(1)
        meter.histogram("exponential").record(1, Self.all)
        meter.observableCounter("observed") { $0.observe(1, Self.all) }
        let metrics = harness.collect().filter { $0.name != "boundHistogram" }
        #expect(metrics.count == 8)
        for metric in metrics {
            #expect(metric.points.map(\.attributes) == [kept], "\(metric.name)")
            #expect(metric.points.map { $0.exemplars.map(\.filteredAttributes) } == [[left]], "\(metric.name)")
        }
    }

    @Test("of instruments bound to different attributes of one series are their own", .matrix(139))
    func boundForms() throws {
        let view = InstrumentView(
            InstrumentSelector(),
            attributes: .keeping(["kept"]),
            exemplarReservoir: .simpleFixedSize(10)
        )
        let harness = try AggregationHarness(views: [view], exemplarFilter: .alwaysOn)
        let counter = harness.meter.counter("c")
        let bound = (0..<5).map { counter.bound(["kept": 1, "left": .int($0)]) }
        for (id, counter) in bound.enumerated() { counter.add(id) }
        let point = try #require(harness.collect().named("c")?.numberPoints.first)
        #expect(point.value == .int(10))
        #expect(point.exemplars.map(\.value) == (0..<5).map { .int($0) })
        #expect(point.exemplars.map(\.filteredAttributes) == (0..<5).map { ["left": .int($0)] })
    }

    @Test("are all of them where a set went to the overflow only if the view left them out", .matrix(139))
    func overflow() throws {
        let view = InstrumentView(
            InstrumentSelector(),
            attributes: .excluding(["left"]),
            exemplarReservoir: .simpleFixedSize(10),
            cardinalityLimit: 1
        )
        let harness = try AggregationHarness(views: [view], exemplarFilter: .alwaysOn)
        let counter = harness.meter.counter("c")
        for id in 0..<3 { counter.add(id, ["kept": .int(id), "left": .int(id)]) }
        let points = try #require(harness.collect().named("c")).numberPoints
        #expect(points.map { $0.exemplars.map(\.filteredAttributes) } == [[["left": 0]], [["left": 1], ["left": 2]]])
    }

    @Test("are documented to include what views leave out", .matrix(140))
    func documented() throws {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        for (file, declaration) in [
            ("InstrumentView", "public var attributes: AttributeKeyFilter?"),
            ("AttributeKeyFilter", "public struct AttributeKeyFilter"),
        ] {
            let path = root.appending(path: "Sources/OTelSDK/Metrics/Views/\(file).swift")
            let text = try String(contentsOf: path, encoding: .utf8)
            let comment = try #require(text.components(separatedBy: declaration).first)
                .split(separator: "\n").suffix(6)
            #expect(comment.contains { $0.contains("may still appear on exemplars") }, "\(file)")
        }
    }
}
