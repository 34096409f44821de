import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("Meters and the identity of instruments")
struct InstrumentIdentityTests {
    @Test("the same arguments give the same handle")
    func sameHandle() throws {
        let meter = OTelMeter(OTelScope("m"))
        let counter = meter.counter("c", unit: "1", description: "d")
        #expect(meter.counter("c", unit: "1", description: "d") === counter)
        #expect(meter.counter("c", unit: "2", description: "d") !== counter)
        #expect(meter.counter("c", unit: "1", description: "e") !== counter)
        #expect(
            ObjectIdentifier(meter.counter("c", of: Double.self, unit: "1", description: "d"))
                != ObjectIdentifier(counter)
        )
        #expect(meter.histogram("h", boundaries: [1]) === meter.histogram("h", boundaries: [2]))
        #expect(meter.observableGauge("g") === meter.observableGauge("g") { $0.observe(1) })
    }

    @Test("nothing happens without an SDK, and attributes are not built")
    func withoutSDK() {
        func fail() -> OTelAttributes {
            Issue.record("attributes were built")
            return [:]
        }
        let meter = OTelMeter(OTelScope("m"))
        let counter = meter.counter("not a valid name!")
        counter.add(1, fail())
        counter.add(-1)
        #expect(!counter.isEnabled)
        meter.gauge("g", of: Double.self).record(.nan, fail())
        meter.histogram("h").record(1, fail())
        meter.upDownCounter("u").add(1, fail())
        counter.bound(["a": 1]).add(1)
    }

    @Test("handles taken before an SDK bind to it when it comes, and to the next one")
    func binding() throws {
        let meter = OTelMeter(OTelScope("m"))
        let counter = meter.counter("c")
        let bound = counter.bound(["bound": true])
        counter.add(1)
        bound.add(1)
        for round in 1...2 {
            let harness = try MetricsHarness()
            meter.bind(harness.provider.meterBackend(meter.scope))
            #expect(counter.isEnabled)
            counter.add(round)
            bound.add(round * 10)
            #expect(
                try harness.collect().numbers("c") == [
                    [:]: .int(Int64(round)), ["bound": true]: .int(Int64(round * 10)),
                ]
            )
            #expect(harness.readers[0].reader.shutdown(by: .after(.seconds(5))))
            #expect(!counter.isEnabled)
            counter.add(100)
            bound.add(100)
            #expect(harness.provider.measurementsAfterShutdown == 2)
        }
    }

    @Test("a meter carries name, version, schema URL and attributes to its metrics", .matrix(70, 71, 74, 100, 101))
    func scope() throws {
        let meter = OTel.meter("lib", version: "1.2", schemaURL: "https://example.com/1", attributes: ["k": 1])
        #expect(
            meter.scope == OTelScope("lib", version: "1.2", schemaURL: "https://example.com/1", attributes: ["k": 1])
        )
        let harness = try MetricsHarness()
        let bound = OTelMeter(meter.scope, harness.provider.meterBackend(meter.scope))
        bound.counter("c").add(1)
        harness.meter("other").counter("c").add(2)
        let metrics = try harness.collect()
        #expect(metrics.map(\.scope) == [meter.scope, OTelScope("other")])
        #expect(metrics.allSatisfy { $0.resource["service.name"] == "test" })
    }

    @Test("two meters have instruments of one name of their own, with one resource", .matrix(88, 99))
    func twoMeters() throws {
        let harness = try MetricsHarness()
        for (index, name) in ["a", "b"].enumerated() { harness.meter(name).counter("c").add(index + 1) }
        let metrics = try harness.collect()
        #expect(metrics.map(\.scope.name) == ["a", "b"])
        #expect(metrics.map { $0.numberPoints.map(\.value) } == [[.int(1)], [.int(2)]])
        #expect(metrics.allSatisfy { $0.resource == ["service.name": "test"] })
    }

    @Test("two providers know nothing of each other", .matrix(68))
    func twoProviders() throws {
        let harnesses = [try MetricsHarness(), try MetricsHarness(.delta)]
        for (index, harness) in harnesses.enumerated() { harness.meter().counter("c").add(index + 1) }
        #expect(try harnesses[0].collect().numbers("c") == [[:]: .int(1)])
        #expect(try harnesses[1].collect().numbers("c") == [[:]: .int(2)])
    }

    @Test("a meter without a name works and keeps it", .matrix(72, 73))
    func invalidMeterName() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter("")
        meter.counter("c").add(1)
        let metrics = try harness.collect()
        #expect(meter.scope.name == "")
        #expect(metrics.map(\.scope.name) == [""])
        #expect(metrics.numbers("c") == [[:]: .int(1)])
    }

    @Test("instruments have name, kind, unit and description", .matrix(82, 83, 84, 85))
    func fields() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter()
        meter.counter("full", unit: "By", description: "What it tells").add(1)
        meter.gauge("bare").record(1)
        let metrics = try harness.collect()
        #expect(metrics.map(\.name) == ["full", "bare"])
        #expect(metrics.map(\.kind) == [.sum, .gauge])
        #expect(metrics.map(\.unit) == ["By", ""])
        #expect(metrics.map(\.description) == ["What it tells", ""])
    }

    @Test(
        "names follow the syntax; others are reported and work",
        .matrix(89),
        arguments: [
            (name: "a", isValid: true), (name: "A.b_c-d/e9", isValid: true),
            (name: "x" + String(repeating: "y", count: 254), isValid: true),
            (name: "x" + String(repeating: "y", count: 255), isValid: false),
            (name: "", isValid: false), (name: "1a", isValid: false), (name: "_a", isValid: false),
            (name: "a b", isValid: false), (name: "ä", isValid: false), (name: "a\u{0}", isValid: false),
        ]
    )
    func names(name: String, isValid: Bool) throws {
        try self.expectMessages(isValid ? 0 : 1, about: "name") { meter in
            meter.counter(name).add(1)
            return name
        }
    }

    @Test(
        "units are ASCII of at most 63 characters, case and all; others are reported and work",
        .matrix(90),
        arguments: [
            (unit: "", isValid: true), (unit: "kBy/s", isValid: true), (unit: "KBY", isValid: true),
            (unit: String(repeating: "u", count: 63), isValid: true),
            (unit: String(repeating: "u", count: 64), isValid: false), (unit: "µs", isValid: false),
        ]
    )
    func units(unit: String, isValid: Bool) throws {
        let harness = try MetricsHarness()
        let meter = harness.meter("units \(UInt64.random(in: 0 ... .max))")
        let messages = DiagnosticsCapture.during(mentioning: meter.scope.name) {
            meter.counter("c", unit: unit).add(1)
        }
        #expect(messages.count == (isValid ? 0 : 1))
        #expect(try harness.collect().named("c")?.unit == unit)
    }

    @Test("descriptions are opaque, of any plane and of more than 1023 characters", .matrix(91))
    func descriptions() throws {
        let description = String(repeating: "温度🌡", count: 500)
        let harness = try MetricsHarness()
        harness.meter().counter("c", description: description).add(1)
        #expect(try harness.collect().named("c")?.description == description)
    }

    @Test("different instruments of one name both work, with a warning, under the name seen first", .matrix(86, 87))
    func conflicts() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter("conflicts \(UInt64.random(in: 0 ... .max))")
        let messages = DiagnosticsCapture.during(mentioning: meter.scope.name) {
            meter.counter("Requests", unit: "1").add(1)
            meter.counter("Requests", unit: "2").add(2)
            meter.counter("requests", of: Double.self, unit: "1").add(4)
            meter.gauge("Requests", unit: "1").record(8)
        }
        #expect(messages.count == 3)
        #expect(messages.allSatisfy { $0.contains("\"Requests\"") })
        let metrics = try harness.collect()
        #expect(metrics.map(\.name) == Array(repeating: "Requests", count: 4))
        #expect(metrics.flatMap(\.numberPoints).map(\.value) == [.int(1), .int(2), .double(4), .int(8)])
    }

    @Test("names that differ in case are one instrument, in the spelling seen first")
    func caseOfNames() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter("case \(UInt64.random(in: 0 ... .max))")
        let messages = DiagnosticsCapture.during(mentioning: meter.scope.name) {
            meter.counter("RequestCount").add(1)
            meter.counter("requestCount").add(2)
        }
        #expect(messages.count == 1)
        let metrics = try harness.collect()
        #expect(metrics.map(\.name) == ["RequestCount"])
        #expect(metrics.numbers("RequestCount") == [[:]: .int(3)])
    }

    @Test("identical instruments with other boundaries keep the first, with a warning")
    func advice() throws {
        let harness = try MetricsHarness()
        let meter = harness.meter("advice \(UInt64.random(in: 0 ... .max))")
        let messages = DiagnosticsCapture.during(mentioning: meter.scope.name) {
            meter.histogram("h", boundaries: [1, 2]).record(1)
            meter.histogram("h", boundaries: [3]).record(1)
            meter.histogram("h", boundaries: [3]).record(1)
        }
        #expect(messages.count == 1)
        #expect(try harness.collect().histogram("h")?.bounds == [1, 2])
    }

    @Test("meters, instruments and readers may be used from any thread at once", .matrix(95, 96, 97))
    func concurrentUseConcurrentSafe() throws {
        let harness = try MetricsHarness([(.cumulative, 50), (.delta, 50)])
        let shared = OTelMeter(OTelScope("shared"), harness.provider.meterBackend(OTelScope("shared")))
        onThreads(6) { index in
            for round in 0..<100 {
                let meter = harness.meter("m\(round % 5)")
                meter.counter("c\(round % 7)").add(1, ["i": .int(round)])
                meter.histogram("h").record(round)
                shared.counter("c").add(1)
                shared.counter("c").bound(["b": .int(round % 3)]).add(1)
                shared.observableGauge("g").register { $0.observe(1) }.remove()
                if index < 2, round % 10 == 0 { _ = try? harness.readers[index].collect() }
                if index == 2, round == 50 { shared.bind(harness.provider.meterBackend(OTelScope("shared"))) }
            }
        }
        let metrics = try harness.collect()
        let total = metrics.numbers("c").values.reduce(0) { $0 + $1.asDouble }
        #expect(total == 1200)
        #expect(
            metrics.filter { $0.name.hasPrefix("c") && $0.name != "c" }.flatMap(\.numberPoints)
                .reduce(0) { $0 + $1.value.asDouble } == 600
        )
    }

    private func expectMessages(_ count: Int, about word: String, _ body: (OTelMeter) -> String) throws {
        let harness = try MetricsHarness()
        let meter = harness.meter("rules \(UInt64.random(in: 0 ... .max))")
        var name = ""
        let messages = DiagnosticsCapture.during(mentioning: meter.scope.name) { name = body(meter) }
        #expect(messages.filter { $0.contains(word) }.count == count)
        #expect(try harness.collect().map(\.name) == [name])
    }
}
