import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Instruments in conflict")
struct InstrumentConflictTests {
    @Test(
        "are reported once, with a way out that fits what differs",
        .matrix(86),
        arguments: [
            (
                SecondInstrument(kind: .upDownCounter),
                #"InstrumentView(InstrumentSelector(name: "c", kind: .upDownCounter), name: "…")"#
            ),
            (
                SecondInstrument(unit: "By"),
                #"InstrumentView(InstrumentSelector(name: "c", unit: "By"), name: "…")"#
            ),
            (
                SecondInstrument(description: "d"),
                #"InstrumentView(InstrumentSelector(name: "c"), description: "…")"#
            ),
            (SecondInstrument(isInteger: false), "rename one"),
        ] as [(SecondInstrument, String)]
    )
    func recipes(second: SecondInstrument, remedy: String) throws {
        let telemetry = try ManualTelemetry()
        let messages = telemetry.messages {
            telemetry.meter.counter("c").add(1)
            for _ in 0..<3 { second.add(telemetry.meter) }
        }
        #expect(messages.count == 1)
        #expect(messages.first?.contains(remedy) == true)
        #expect(messages.first?.contains(#""c""#) == true)
        #expect(telemetry.collect().map(\.name) == ["c", "c"])
    }

    @Test(
        "are none once the way out was taken",
        .matrix(86),
        arguments: [
            (
                SecondInstrument(kind: .upDownCounter),
                InstrumentView(InstrumentSelector(name: "c", kind: .upDownCounter), name: "renamed")
            ),
            (
                SecondInstrument(unit: "By"),
                InstrumentView(InstrumentSelector(name: "c", unit: "By"), name: "renamed")
            ),
        ] as [(SecondInstrument, InstrumentView)]
    )
    func renamed(second: SecondInstrument, view: InstrumentView) throws {
        let telemetry = try ManualTelemetry(views: [view])
        let messages = telemetry.messages {
            telemetry.meter.counter("c").add(1)
            second.add(telemetry.meter)
        }
        #expect(messages.isEmpty)
        let metrics = telemetry.collect()
        #expect(metrics.numbers("c") == [[:]: .int(1)])
        #expect(metrics.numbers("renamed") == [[:]: .int(2)])
    }

    @Test("in description only are one stream without a word where a view sets the description", .matrix(86))
    func description() throws {
        let telemetry = try ManualTelemetry(views: [
            InstrumentView(InstrumentSelector(name: "c"), description: "of both")
        ])
        let messages = telemetry.messages {
            telemetry.meter.counter("c", description: "one").add(1)
            telemetry.meter.counter("c", description: "other").add(2)
        }
        #expect(messages.isEmpty)
        let metrics = telemetry.collect()
        #expect(metrics.map(\.description) == ["of both"])
        #expect(metrics.numbers("c") == [[:]: .int(3)])
    }

    @Test("arise from views, too: a stream renamed to the name of another", .matrix(86, 112))
    func byView() throws {
        let view = InstrumentView(InstrumentSelector(name: "a"), name: "B")
        let telemetry = try ManualTelemetry(views: [view])
        let messages = telemetry.messages {
            telemetry.meter.counter("b", unit: "1").add(1)
            telemetry.meter.counter("a").add(2)
        }
        #expect(messages.count == 1)
        // The spelling that was seen first.
        #expect(telemetry.collect().map(\.name) == ["b", "b"])
    }

    @Test("are none between meters, and identical instruments of one meter share a stream", .matrix(88))
    func noConflict() throws {
        let telemetry = try ManualTelemetry()
        let messages = telemetry.messages {
            telemetry.telemetry.meter("\(telemetry.meter.scope.name) b").gauge("c", unit: "s").record(9)
            for _ in 0..<2 {
                let meter = telemetry.telemetry.meter(telemetry.meter.scope.name)
                meter.counter("c").add(1)
                meter.observableCounter("o") { $0.observe(1, ["id": 1]) }
            }
        }
        #expect(messages.isEmpty)
        let metrics = telemetry.collect()
        #expect(metrics.filter { $0.scope == telemetry.meter.scope }.map(\.name) == ["c", "o"])
        #expect(metrics.filter { $0.kind == .sum }.numbers("c") == [[:]: .int(2)])
        #expect(metrics.numbers("o") == [["id": 1]: .int(1)])
    }

    @Test("of kinds that readers aggregate apart are reported for those that get both")
    func readers() throws {
        let telemetry = try ManualTelemetry([
            ManualMetricReader(aggregations: [.gauge: .drop]), ManualMetricReader(aggregations: [.counter: .drop]),
        ])
        let messages = telemetry.messages {
            telemetry.meter.counter("c").add(1)
            telemetry.meter.gauge("c").record(1)
        }
        #expect(messages.isEmpty)
        #expect(telemetry.collect(0).map(\.kind) == [.sum])
        #expect(telemetry.collect(1).map(\.kind) == [.gauge])
    }

    @Test("in advice keep the first advice, with one message each", .matrix(92, 93))
    func advice() throws {
        let telemetry = try ManualTelemetry()
        let messages = telemetry.messages {
            for keys in [["a"], ["b"], ["b"]] {
                telemetry.meter.histogram("h", boundaries: [1], attributeKeys: keys).record(1, ["a": 1, "b": 1])
            }
            telemetry.meter.histogram("h", boundaries: [2], attributeKeys: ["a"]).record(1, ["a": 1, "b": 1])
        }
        #expect(messages.count == 2)
        let point = try #require(telemetry.collect().histogram("h", ["a": 1]))
        #expect(point.count == 4 && point.bounds == [1])
    }
}

/// An instrument that differs from the counter of integers `c`.
struct SecondInstrument {
    var kind = OTelInstrumentKind.counter
    var unit = ""
    var description = ""
    var isInteger = true

    /// Makes the instrument and adds 2.
    func add(_ meter: OTelMeter) {
        if self.kind == .upDownCounter {
            meter.upDownCounter("c", unit: self.unit, description: self.description).add(2)
        } else if self.isInteger {
            meter.counter("c", unit: self.unit, description: self.description).add(2)
        } else {
            meter.counter("c", of: Double.self, unit: self.unit, description: self.description).add(2)
        }
    }
}
