import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Attributes written one after the other")
struct ShortFormTests {
    private enum Tier: String, OTelAttributeValue {
        case gold, silver
        var attributeValue: OTelValue { .string(self.rawValue) }
    }

    @Test("mean what the dictionary means, for up to four of every type")
    func sameSeries() throws {
        let telemetry = try ManualTelemetry()
        let counter = telemetry.meter.counter("c")
        let text = "a text that is not known at compile time, of many bytes \(telemetry.meter.scope.name)"
        let value: OTelValue = .array([1, "two", ["three": 3]])
        let all: [(OTelAttributes, () -> Void)] = [
            (["k": "v"], { counter.add(1, "k", "v") }),
            (["k": .string(text)], { counter.add(1, "k", text) }),
            (["k": ""], { counter.add(1, "k", "") }),
            (["k": 1], { counter.add(1, "k", 1) }),
            (["k": .int(.min)], { counter.add(1, "k", Int.min) }),
            (["k": true], { counter.add(1, "k", true) }),
            (["k": 1.5], { counter.add(1, "k", 1.5) }),
            (["k": .double(.nan)], { counter.add(1, "k", Double.nan) }),
            (["k": value], { counter.add(1, "k", value) }),
            (["k": .empty], { counter.add(1, "k", OTelValue.empty) }),
            (["k": "gold"], { counter.add(1, "k", Tier.gold) }),
            (["a": 1, "b": true], { counter.add(1, "b", true, "a", 1) }),
            (["a": 1, "b": true, "c": "x"], { counter.add(1, "a", 1, "b", true, "c", "x") }),
            (
                ["a": 1, "b": 2.5, "c": "x", "d": "silver"],
                { counter.add(1, "d", Tier.silver, "c", "x", "b", 2.5, "a", 1) }
            ),
        ]
        for (attributes, short) in all {
            let bound = counter.bound(attributes)
            // The first of a series, and then one that is known.
            short()
            counter.add(1, attributes)
            short()
            bound.add(1)
        }
        let points = try #require(telemetry.collect().named("c")).numberPoints
        #expect(points.count == all.count)
        #expect(points.allSatisfy { $0.value == .int(4) })
    }

    @Test("are for all instruments and both types of number")
    func everyInstrument() throws {
        let telemetry = try ManualTelemetry()
        let meter = telemetry.meter
        meter.upDownCounter("i").add(-1, "a", 1)
        meter.upDownCounter("i").add(-1, "a", 1, "b", 2)
        meter.upDownCounter("i").add(-1, "a", 1, "b", 2, "c", 3)
        meter.upDownCounter("i").add(-1, "a", 1, "b", 2, "c", 3, "d", 4)
        meter.counter("c", of: Double.self).add(0.5, "a", 1)
        meter.counter("c", of: Double.self).add(0.5, "a", 1, "b", 2)
        meter.counter("c", of: Double.self).add(0.5, "a", 1, "b", 2, "c", 3)
        meter.counter("c", of: Double.self).add(0.5, "a", 1, "b", 2, "c", 3, "d", 4)
        meter.gauge("g", of: Double.self).record(0.5, "a", 1)
        meter.gauge("g", of: Double.self).record(0.5, "a", 1, "b", 2)
        meter.gauge("g", of: Double.self).record(0.5, "a", 1, "b", 2, "c", 3)
        meter.gauge("g", of: Double.self).record(0.5, "a", 1, "b", 2, "c", 3, "d", 4)
        meter.histogram("h").record(1, "a", 1)
        meter.histogram("h").record(1, "a", 1, "b", 2)
        meter.histogram("h").record(1, "a", 1, "b", 2, "c", 3)
        meter.histogram("h").record(1, "a", 1, "b", 2, "c", 3, "d", 4)
        let sets: [OTelAttributes] = [
            ["a": 1], ["a": 1, "b": 2], ["a": 1, "b": 2, "c": 3], ["a": 1, "b": 2, "c": 3, "d": 4],
        ]
        let metrics = telemetry.collect()
        #expect(metrics.named("i")?.numberPoints.map(\.attributes) == sets)
        #expect(metrics.named("i")?.numberPoints.map(\.value) == Array(repeating: .int(-1), count: 4))
        #expect(metrics.named("c")?.numberPoints.map(\.attributes) == sets)
        #expect(metrics.named("c")?.numberPoints.map(\.value) == Array(repeating: .double(0.5), count: 4))
        #expect(metrics.named("g")?.numberPoints.map(\.attributes) == sets)
        #expect(metrics.named("h")?.histogramPoints.map(\.attributes) == sets)
    }

    @Test("have the last value of a key that comes twice, and no empty key")
    func oddKeys() throws {
        let telemetry = try ManualTelemetry()
        let counter = telemetry.meter.counter("c")
        for _ in 0..<2 {
            counter.add(1, "a", 1, "a", 2)
            counter.add(10, ["a": 1, "a": 2])
            counter.add(100, "a", 2)
            counter.add(1, "", 1)
            counter.add(10, "", 1, "", 2)
            counter.add(100)
            counter.add(1000, ["": 1])
            counter.add(1, "", 1, "b", 1)
            counter.add(10, ["b": 1])
        }
        #expect(
            telemetry.collect().numbers("c") == [["a": 2]: .int(222), [:]: .int(2222), ["b": 1]: .int(22)]
        )
    }

    @Test("tell types and neighbouring texts apart")
    func differences() throws {
        let telemetry = try ManualTelemetry()
        let counter = telemetry.meter.counter("c")
        counter.add(1, "k", 1)
        counter.add(1, "k", 1.0)
        counter.add(1, "k", "1")
        counter.add(1, "k", true)
        counter.add(1, "k", "")
        counter.add(1, "k", OTelValue.empty)
        counter.add(1, "k", OTelValue.bytes([0x31]))
        counter.add(1, "k", OTelValue.array([1]))
        counter.add(1, "kk", 1)
        counter.add(1, "a", "b", "c", "d")
        counter.add(1, "a", "d", "c", "b")
        counter.add(1, "k", 0.0)
        counter.add(1, "k", -0.0)
        for length in [3, 4, 7, 8, 15, 16, 17, 32, 33] {
            counter.add(1, "k", String(repeating: "\u{0}", count: length))
        }
        let points = try #require(telemetry.collect().named("c")).numberPoints
        #expect(points.count == 22)
        #expect(points.allSatisfy { $0.value == .int(1) })
    }

    @Test("go beyond the limit on series as others do")
    func overflow() throws {
        let telemetry = try ManualTelemetry([ManualMetricReader(cardinalityLimit: 2)])
        let counter = telemetry.meter.counter("c")
        for _ in 0..<3 { for id in 0..<10 { counter.add(1, "id", id) } }
        #expect(
            telemetry.collect().numbers("c") == [
                ["id": 0]: .int(3), ["id": 1]: .int(3), ["otel.metric.overflow": true]: .int(24),
            ]
        )
    }

    @Test("are not made into a collection without an SDK, nor asked for their values")
    func withoutSDK() {
        struct Loud: OTelAttributeValue {
            var attributeValue: OTelValue {
                Issue.record("the value was asked for")
                return .empty
            }
        }
        let counter = OTelMeter(OTelScope("m")).counter("c")
        counter.add(1, "a", Loud())
        counter.add(1, "a", Loud(), "b", Loud(), "c", Loud(), "d", Loud())
    }
}
