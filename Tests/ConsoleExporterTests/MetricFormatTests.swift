import OTLPProto
import OTelAPI
import OTelWire
import Testing

@testable import ConsoleExporter

extension Fixture {
    private static func metric(_ name: String, _ unit: String, _ write: (inout ByteBuffer) -> Void) -> Item {
        var buffer = ByteBuffer()
        buffer.stringField(0x0a, name)
        if !unit.isEmpty { buffer.stringField(0x1a, unit) }
        write(&buffer)
        return Item(kind: .metric, message: buffer.array(), scope: OTelScope("payment"))
    }

    private static func orders(_ series: [(sku: String, count: UInt64)]) -> Item {
        self.metric("orders", "{order}") { buffer in
            buffer.message(0x3a) { buffer in
                for (sku, count) in series {
                    buffer.message(0x0a) { buffer in
                        buffer.fixed64Field(0x11, self.noon)
                        buffer.fixed64Field(0x19, self.time(after: 1_000_000_000))
                        buffer.fixed64Field(0x31, count)
                        buffer.attributes(0x3a, ["sku": .string(sku)])
                    }
                }
                buffer.append([0x10, 0x02, 0x18, 0x01])  // cumulative, monotonic
            }
        }
    }

    private static var durations: Item {
        self.metric("checkout.duration", "s") { buffer in
            buffer.message(0x4a) { buffer in
                buffer.message(0x0a) { buffer in
                    buffer.fixed64Field(0x11, self.noon)
                    buffer.fixed64Field(0x19, self.time(after: 1_000_000_000))
                    buffer.fixed64Field(0x21, 12)
                    buffer.doubleField(0x29, 0.3)
                    for count in [0, 4, 8, 0] as [UInt64] { buffer.fixed64Field(0x31, count) }
                    for bound in [0.01, 0.025, 0.05] { buffer.doubleField(0x39, bound) }
                    buffer.doubleField(0x59, 0.011)
                    buffer.doubleField(0x61, 0.048)
                }
                buffer.append([0x10, 0x01])  // delta
            }
        }
    }

    private static func metric(_ metric: MetricData) -> Item {
        let points = metric.encodedPoints
        let record = MetricRecord(metric.head, pointBytes: points.reduce(0) { $0 + $1.fieldSize })
        let field = [UInt8](unsafeUninitializedCapacity: record.size) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            let end = record.putEnd(to: points.reduce(record.putStart(to: start)) { $1.put(to: $0) })
            count = end - UnsafeMutableRawPointer(start)
        }
        let message = field.withUnsafeBytes { raw in
            var reader = WireReader(raw)
            return reader.next()?.value.bytes.map { Array($0) } ?? []
        }
        return Item(kind: .metric, message: message, scope: OTelScope("payment"))
    }

    private static let start = OTelTimestamp(unixNanoseconds: noon)
    private static let end = OTelTimestamp(unixNanoseconds: time(after: 1_000_000_000))

    static func exemplar(_ value: Double, after milliseconds: Int) -> MetricView.Exemplar {
        MetricView.Exemplar(
            .double(value),
            time: OTelTimestamp(unixNanoseconds: self.time(after: milliseconds * 1_000_000)),
            traceID: self.trace,
            spanID: self.span,
            filteredAttributes: ["user": "u\(milliseconds)"]
        )
    }

    static func sizes(
        _ buckets: [UInt64] = [1, 0, 3],
        negative: [UInt64] = [],
        exemplars: [MetricView.Exemplar] = []
    ) -> Item {
        self.metric(
            MetricData(
                "body.size",
                unit: "By",
                points: .exponentialHistogram(
                    [
                        MetricView.ExponentialHistogramPoint(
                            scale: 1,
                            positive: .init(offset: 5, counts: buckets),
                            negative: .init(offset: -1, counts: negative),
                            zeroCount: 2,
                            zeroThreshold: negative.isEmpty ? 0 : 0.5,
                            sum: negative.isEmpty ? 60 : nil,
                            min: 0,
                            max: 16,
                            attributes: ["route": "/"],
                            startTime: self.start,
                            time: self.end,
                            exemplars: exemplars
                        )
                    ],
                    .delta
                )
            )
        )
    }

    static var pauses: Item {
        let quantiles = [(0, 0.1), (0.5, 0.2), (0.999, 1.5), (1, 2)].map { quantile, value in
            MetricView.SummaryPoint.Quantile(quantile, value: value)
        }
        return self.metric(
            MetricData(
                "gc.pause",
                unit: "ms",
                points: .summary([
                    MetricView.SummaryPoint(count: 4, sum: 1, quantiles: quantiles, time: self.end),
                    MetricView.SummaryPoint(count: 0, sum: 0, time: self.end, hasRecordedValue: false),
                ])
            )
        )
    }

    static func renderMetrics(
        _ format: ConsoleFormat,
        colors: ConsoleColors = .never,
        _ items: Item...
    ) -> String {
        let batch = self.batch(items.isEmpty ? [self.orders([("abc", 41_234), ("x y", 7)]), self.durations] : items)
        var formatter = ConsoleSettings(format: format, colors: colors, output: .standardError).makeFormatter()
        var text = ConsoleText(isColored: colors == .always)
        formatter.append(batch.views.map(MetricView.init), to: &text)
        return String(decoding: text.bytes, as: UTF8.self)
    }
}

@Suite("Metrics on the console")
struct MetricFormatTests {
    @Test("compact: one line a point")
    func compact() {
        let expected = """
            09:41:01.123 ●      -        -        payment orders 41234 {order}  sku=abc
            09:41:01.123 ●      -        -        payment orders 7 {order}  sku="x y"
            09:41:01.123 ●      -        -        payment checkout.duration count=12 mean=0.025 min=0.011 max=0.048 s

            """
        #expect(Fixture.renderMetrics(.compact) == expected)
    }

    @Test("pretty: a table")
    func pretty() {
        let expected = """
            09:41:01.123 METRICS
                         payment: orders             41234 {order}  sku=abc
                                                         7 {order}  sku="x y"
                         payment: checkout.duration     12 values mean 0.025 min 0.011 max 0.048 s ▅█

            """
        #expect(Fixture.renderMetrics(.pretty) == expected)
    }

    @Test("JSON: one object a point")
    func json() {
        let end = #""scope":{"name":"payment"},"resource":{"service.name":"shop","service.version":"2.1"}}"#
        let head = #"{"kind":"metric","time":"2026-03-01T09:41:01.123456789Z","name":"#
        let start = #","start_time":"2026-03-01T09:41:00.123456789Z","metric":{"type":"#
        let sum = start + #""sum","unit":"{order}","temporality":"cumulative","monotonic":true,"value":"#
        let expected = [
            head + #""orders""# + sum + #"41234},"attributes":{"sku":"abc"},"# + end,
            head + #""orders""# + sum + #"7},"attributes":{"sku":"x y"},"# + end,
            head + #""checkout.duration""# + start
                + #""histogram","unit":"s","temporality":"delta","count":12,"sum":0.3,"min":0.011,"max":0.048,"#
                + #""bounds":[0.01,0.025,0.05],"bucket_counts":[0,4,8,0]},"# + end,
        ]
        #expect(Fixture.renderMetrics(.json).split(separator: "\n").map(String.init) == expected)
    }

    @Test("compact: exponential histograms, summaries, and series that have ended")
    func otherKindsCompact() {
        let expected = """
            09:41:01.123 ●      -        -        payment body.size count=6 mean=10 min=0 max=16 By  route=/
            09:41:01.123 ●      -        -        payment gc.pause count=4 mean=0.25 p0=0.1 p50=0.2 p99.9=1.5 p100=2 ms
            09:41:01.123 ●      -        -        payment gc.pause no value ms

            """
        #expect(Fixture.renderMetrics(.compact, Fixture.sizes(), Fixture.pauses) == expected)
    }

    @Test("pretty: exponential histograms, summaries, and series that have ended")
    func otherKindsPretty() {
        let expected = """
            09:41:01.123 METRICS
                         payment: body.size         6 values mean 10 min 0 max 16 By ▆▃ █  route=/
                         payment: gc.pause          4 values mean 0.25 p0 0.1 p50 0.2 p99.9 1.5 p100 2 ms
                                             no value ms

            """
        #expect(Fixture.renderMetrics(.pretty, Fixture.sizes(), Fixture.pauses) == expected)
    }

    @Test("pretty: ranges below zero come first, and where there are too many, several share a bar")
    func bars() {
        let text = Fixture.renderMetrics(.pretty, Fixture.sizes([7], negative: [0, 4]))
        #expect(text.contains("13 values min 0 max 16 By ▅ ▃█  route=/"))
        let many = Fixture.renderMetrics(.pretty, Fixture.sizes(Array(repeating: 1, count: 159)))
        #expect(many.contains(" █" + String(repeating: "▆", count: 52) + "▃  route=/"))
    }

    @Test("compact: the latest three exemplars, each in a line with its ids")
    func exemplarsCompact() {
        let exemplars = [5, 4, 3, 2].map { Fixture.exemplar(Double($0), after: $0) }
        let expected = """
            09:41:01.123 ●      -        -        payment body.size count=6 mean=10 min=0 max=16 By  route=/ (4 exemplars)
            09:41:00.126 ◦      4bf92f35 00f067aa payment body.size 3 By  user=u3
            09:41:00.127 ◦      4bf92f35 00f067aa payment body.size 4 By  user=u4
            09:41:00.128 ◦      4bf92f35 00f067aa payment body.size 5 By  user=u5

            """
        #expect(Fixture.renderMetrics(.compact, Fixture.sizes(exemplars: exemplars)) == expected)
    }

    @Test("pretty: exemplars under their point")
    func exemplarsPretty() {
        let expected = """
            09:41:01.123 METRICS
                         payment: body.size  6 values mean 10 min 0 max 16 By ▆▃ █  route=/
                                             ◦ 09:41:00.125 2.5  trace_id=\(Fixture.trace) span_id=\(Fixture.span) user=u2

            """
        #expect(Fixture.renderMetrics(.pretty, Fixture.sizes(exemplars: [Fixture.exemplar(2.5, after: 2)])) == expected)
    }

    @Test("JSON: all kinds, all exemplars")
    func otherKindsJSON() {
        let end = #""scope":{"name":"payment"},"resource":{"service.name":"shop","service.version":"2.1"}}"#
        let head = #"{"kind":"metric","time":"2026-03-01T09:41:01.123456789Z","name":"#
        let sizes =
            head + #""body.size","start_time":"2026-03-01T09:41:00.123456789Z","metric":{"#
            + #""type":"exponentialHistogram","unit":"By","temporality":"delta","count":6,"sum":60.0,"min":0.0,"max":16.0,"#
            + #""scale":1,"zero_count":2,"positive":{"offset":5,"bucket_counts":[1,0,3]},"#
            + #""exemplars":[{"time":"2026-03-01T09:41:00.125456789Z","value":2.5,"#
            + #""trace_id":"\#(Fixture.trace)","span_id":"\#(Fixture.span)","attributes":{"user":"u2"}}]},"#
            + #""attributes":{"route":"/"},"# + end
        let negative =
            head + #""body.size","start_time":"2026-03-01T09:41:00.123456789Z","metric":{"#
            + #""type":"exponentialHistogram","unit":"By","temporality":"delta","count":18446744073709551615,"#
            + #""min":0.0,"max":16.0,"scale":1,"zero_count":2,"zero_threshold":0.5,"#
            + #""negative":{"offset":-1,"bucket_counts":[18446744073709551613]}},"attributes":{"route":"/"},"# + end
        let pauses = [
            head + #""gc.pause","metric":{"type":"summary","unit":"ms","count":4,"sum":1.0,"quantiles":["#
                + #"{"quantile":0.0,"value":0.1},{"quantile":0.5,"value":0.2},{"quantile":0.999,"value":1.5},"#
                + #"{"quantile":1.0,"value":2.0}]},"# + end,
            head + #""gc.pause","metric":{"type":"summary","unit":"ms","no_recorded_value":true},"# + end,
        ]
        let text = Fixture.renderMetrics(
            .json,
            Fixture.sizes(exemplars: [Fixture.exemplar(2.5, after: 2)]),
            Fixture.sizes([], negative: [.max - 2]),
            Fixture.pauses
        )
        #expect(text.split(separator: "\n").map(String.init) == [sizes, negative] + pauses)
    }
}
