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

    static func renderMetrics(_ format: ConsoleFormat, colors: ConsoleColors = .never) -> String {
        let batch = self.batch([self.orders([("abc", 41_234), ("x y", 7)]), self.durations])
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
}
