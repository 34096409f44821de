import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Several readers of one telemetry")
struct SeveralReadersTests {
    @Test(
        "have temporalities, aggregations and limits of their own and don't disturb each other",
        .matrix(122, 123, 151)
    )
    func independence() throws {
        let telemetry = try ManualTelemetry([
            ManualMetricReader(),
            ManualMetricReader(temporality: .delta, aggregations: [.histogram: .exponentialHistogram]),
            ManualMetricReader(temporality: .lowMemory, cardinalityLimit: 1),
            ManualMetricReader(aggregations: [.histogram: .sum], cardinalityLimits: [.histogram: 2]),
        ])
        let histogram = telemetry.meter.histogram("h")
        for round in 1...2 {
            for id in 0..<4 { histogram.record(10, ["id": .int(id)]) }
            let explicit = try #require(telemetry.collect(0).named("h"))
            #expect(explicit.temporality == .cumulative)
            #expect(explicit.histogramPoints.map(\.count) == Array(repeating: UInt64(round), count: 4))
            let exponential = try #require(telemetry.collect(1).named("h"))
            #expect(exponential.temporality == .delta)
            #expect(exponential.exponentialHistogramPoints.map(\.count) == [1, 1, 1, 1])
            let folded = try #require(telemetry.collect(2).named("h"))
            #expect(folded.temporality == .delta)
            #expect(folded.histogramPoints.map(\.count) == [1, 3])
            #expect(folded.histogramPoints.last?.attributes == ["otel.metric.overflow": true])
            let sums = telemetry.collect(3)
            #expect(sums.numbers("h").count == 3)
            #expect(sums.numbers("h")[["otel.metric.overflow": true]] == .int(Int64(20 * round)))
        }
    }

    @Test(
        "limit each kind of instrument on its own",
        .matrix(151),
        arguments: OTelInstrumentKind.allCases
    )
    func kinds(kind: OTelInstrumentKind) throws {
        let telemetry = try ManualTelemetry([
            ManualMetricReader(cardinalityLimit: 4, cardinalityLimits: [kind: 2])
        ])
        let meter = telemetry.meter
        let observed: [OTelAttributes] = (0..<10).map { ["id": .int($0)] }
        for attributes in observed {
            meter.counter("counter").add(1, attributes)
            meter.upDownCounter("upDownCounter").add(1, attributes)
            meter.histogram("histogram").record(1, attributes)
            meter.gauge("gauge").record(1, attributes)
        }
        meter.observableCounter("observableCounter") { observer in for each in observed { observer.observe(1, each) } }
        meter.observableUpDownCounter("observableUpDownCounter") { observer in
            for each in observed { observer.observe(1, each) }
        }
        meter.observableGauge("observableGauge") { observer in for each in observed { observer.observe(1, each) } }
        let metrics = telemetry.collect()
        for other in OTelInstrumentKind.allCases {
            let metric = try #require(metrics.named("\(other)"))
            let count = metric.numberPoints.count + metric.histogramPoints.count
            #expect(count == (other == kind ? 3 : 5), "\(other)")
        }
    }

    @Test("that end leave the others and the instruments alone")
    func shutdown() throws {
        let harness = try MetricsHarness([(.delta, 2000), (.cumulative, 2000)])
        let counter = harness.meter().counter("c")
        counter.add(1)
        #expect(harness.readers[0].reader.shutdown(by: .after(.seconds(20))))
        #expect(counter.isEnabled)
        counter.add(2)
        #expect(try harness.readers[1].collect().numbers("c") == [[:]: .int(3)])
        #expect(harness.readers[1].reader.shutdown(by: .after(.seconds(20))))
        #expect(!counter.isEnabled)
    }
}
