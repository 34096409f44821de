import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Numbers that make no sense")
struct HostileNumbersTests {
    @Test("spoil no sum, gauge or histogram, whichever way they come", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(value: Double) throws {
        let exponential = InstrumentView(InstrumentSelector(name: "exponential"), aggregation: .exponentialHistogram)
        let telemetry = try ManualTelemetry(
            [ManualMetricReader(), ManualMetricReader(temporality: .delta)],
            views: [exponential]
        )
        let meter = telemetry.meter
        for each in [1, value, 2, value] {
            meter.counter("counter", of: Double.self).add(each)
            meter.counter("counter", of: Double.self).add(each, ["a": 1])
            meter.counter("counter", of: Double.self).add(each, "b", 1)
            meter.counter("counter", of: Double.self).bound(["c": 1]).add(each)
            meter.upDownCounter("upDown", of: Double.self).add(each)
            meter.upDownCounter("upDown", of: Double.self).add(each, "b", 1)
            for name in ["explicit", "exponential"] {
                meter.histogram(name, of: Double.self).record(each)
                meter.histogram(name, of: Double.self).record(each, ["a": 1])
                meter.histogram(name, of: Double.self).record(each, "b", 1)
                meter.histogram(name, of: Double.self).bound(["c": 1]).record(each)
            }
        }
        meter.observableCounter("observed", of: Double.self) { observer in
            observer.observe(3)
            observer.observe(value, ["a": 1])
        }
        for reader in 0...1 {
            let metrics = telemetry.collect(reader)
            #expect(metrics.named("counter")?.numberPoints.map(\.value) == Array(repeating: .double(3), count: 4))
            #expect(metrics.named("upDown")?.numberPoints.map(\.value) == Array(repeating: .double(3), count: 2))
            #expect(metrics.numbers("observed") == [[:]: .double(3)])
            let explicit = try #require(metrics.named("explicit")).histogramPoints
            // An infinite value has a range, but no place in a sum; NaN has neither.
            #expect(explicit.map(\.count) == Array(repeating: value.isNaN ? 2 : 4, count: 4))
            #expect(explicit.map(\.sum) == Array(repeating: 3, count: 4))
            #expect(explicit.map(\.min) == Array(repeating: 1, count: 4))
            #expect(explicit.map(\.max) == Array(repeating: 2, count: 4))
            let exponential = try #require(metrics.named("exponential")).exponentialHistogramPoints
            #expect(exponential.map(\.count) == Array(repeating: 2, count: 4))
            #expect(exponential.map(\.sum) == Array(repeating: 3, count: 4))
        }
    }

    @Test("leave a gauge as it was where they are no number")
    func gauge() throws {
        let telemetry = try ManualTelemetry()
        let gauge = telemetry.meter.gauge("g", of: Double.self)
        gauge.record(1)
        gauge.record(.nan)
        gauge.record(.infinity, ["a": 1])
        gauge.record(-.infinity, "b", 1)
        gauge.bound(["c": 1]).record(.nan)
        #expect(
            telemetry.collect().numbers("g") == [
                [:]: .double(1), ["a": 1]: .double(.infinity), ["b": 1]: .double(-.infinity),
            ]
        )
    }

    @Test("don't trap where integers are at their limits, on any instrument")
    func integers() throws {
        let exponential = InstrumentView(InstrumentSelector(name: "exponential"), aggregation: .exponentialHistogram)
        let telemetry = try ManualTelemetry(
            [ManualMetricReader(), ManualMetricReader(temporality: .delta(of: Set(OTelInstrumentKind.allCases)))],
            views: [exponential]
        )
        let meter = telemetry.meter
        for value in [Int.max, .max, .min, .min, 0, 1, -1] {
            meter.counter("counter").add(value)
            meter.counter("counter").add(value, "a", 1)
            meter.upDownCounter("upDown").add(value)
            meter.upDownCounter("upDown").bound(["a": 1]).add(value)
            meter.histogram("explicit").record(value)
            meter.histogram("exponential").record(value)
            meter.gauge("gauge").record(value)
            meter.observableCounter("observed \(value)") { observer in
                observer.observe(value)
                observer.observe(.max, ["a": 1])
            }
            meter.observableUpDownCounter("observed too \(value)") { $0.observe(value) }
        }
        for _ in 0..<2 {
            for reader in 0...1 {
                let metrics = telemetry.collect(reader)
                guard metrics.named("counter") != nil else { continue }
                // Negative values are ignored by a counter, whose total stops at the greatest number.
                #expect(metrics.numbers("counter") == [[:]: .int(.max), ["a": 1]: .int(.max)])
                // Up and down again is where it was.
                #expect(metrics.numbers("upDown") == [[:]: .int(-2), ["a": 1]: .int(-2)])
                #expect(metrics.histogram("explicit")?.count == 7)
                #expect(metrics.named("exponential")?.exponentialHistogramPoints.first?.count == 7)
                #expect(metrics.numbers("gauge") == [[:]: .int(-1)])
            }
        }
    }

    @Test("stop at the greatest number where floating-point sums would become infinite")
    func doubles() throws {
        let telemetry = try ManualTelemetry()
        let great = Double.greatestFiniteMagnitude
        let counter = telemetry.meter.counter("c", of: Double.self)
        let histogram = telemetry.meter.histogram("h", of: Double.self)
        for _ in 0..<2 {
            for _ in 0..<3 {
                counter.add(great)
                histogram.record(great)
            }
            let metrics = telemetry.collect()
            #expect(metrics.numbers("c") == [[:]: .double(great)])
            #expect(metrics.histogram("h")?.sum == great)
            #expect(metrics.histogram("h")?.max == great)
        }
        counter.add(1)
        #expect(telemetry.collect().numbers("c") == [[:]: .double(great)])
    }
}
