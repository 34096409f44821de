import OTLPProto
import OTelAPI
import OTelSDK
import TestSupport
import Testing

@Suite("The instruments that a view selects")
struct ViewSelectionTests {
    /// Whether a selector selects `http.Requests`, a counter of `{request}` of the meter `Shop.web`, version `1.2.3`,
    /// schema `https://example.com/1.40.0`.
    @Test(
        "are those for which all criteria hold, with wildcards in all but kind and unit",
        .matrix(105, 106, 107, 108),
        arguments: [
            (InstrumentSelector(), true),
            (InstrumentSelector(name: "http.Requests"), true),
            // Case does not tell names of instruments apart.
            (InstrumentSelector(name: "HTTP.requests"), true),
            (InstrumentSelector(name: "http.request"), false),
            (InstrumentSelector(name: "http"), false),
            (InstrumentSelector(name: ""), false),
            (InstrumentSelector(name: "*"), true),
            (InstrumentSelector(name: "**"), true),
            (InstrumentSelector(name: "http.*"), true),
            (InstrumentSelector(name: "*.REQ*s"), true),
            (InstrumentSelector(name: "*requests*"), true),
            (InstrumentSelector(name: "http?requests"), true),
            (InstrumentSelector(name: "http.requests?"), false),
            (InstrumentSelector(name: "?"), false),
            (InstrumentSelector(name: "sql.*"), false),
            (InstrumentSelector(kind: .counter), true),
            (InstrumentSelector(kind: .upDownCounter), false),
            (InstrumentSelector(kind: .observableCounter), false),
            (InstrumentSelector(unit: "{request}"), true),
            (InstrumentSelector(unit: "{Request}"), false),
            (InstrumentSelector(unit: "{*}"), false),
            (InstrumentSelector(unit: ""), false),
            (InstrumentSelector(meterName: "Shop.web"), true),
            (InstrumentSelector(meterName: "shop.web"), false),
            (InstrumentSelector(meterName: "Shop.*"), true),
            (InstrumentSelector(meterName: "Shop"), false),
            (InstrumentSelector(meterVersion: "1.2.3"), true),
            (InstrumentSelector(meterVersion: "1.?.3"), true),
            (InstrumentSelector(meterVersion: "1.2"), false),
            (InstrumentSelector(meterSchemaURL: "https://example.com/1.40.0"), true),
            (InstrumentSelector(meterSchemaURL: "https://example.com/*"), true),
            (InstrumentSelector(meterSchemaURL: "https://example.org/*"), false),
            (exactSelector, true),
            (exactSelector.with { $0.name = "other" }, false),
            (exactSelector.with { $0.kind = .gauge }, false),
            (exactSelector.with { $0.unit = "1" }, false),
            (exactSelector.with { $0.meterName = "other" }, false),
            (exactSelector.with { $0.meterVersion = "2" }, false),
            (exactSelector.with { $0.meterSchemaURL = "other" }, false),
        ] as [(InstrumentSelector, Bool)]
    )
    func criteria(selector: InstrumentSelector, selects: Bool) throws {
        let telemetry = try ManualTelemetry(views: [InstrumentView(selector, description: "selected")])
        let meter = telemetry.telemetry.meter("Shop.web", version: "1.2.3", schemaURL: "https://example.com/1.40.0")
        meter.counter("http.Requests", unit: "{request}", description: "its own").add(1)
        #expect(telemetry.collect().map(\.description) == [selects ? "selected" : "its own"])
    }

    @Test(
        "of a meter without version and schema match by no pattern but the one for all",
        .matrix(108),
        arguments: [
            (InstrumentSelector(meterVersion: "*"), true),
            (InstrumentSelector(meterVersion: "1*"), false),
            (InstrumentSelector(meterVersion: "?"), false),
            (InstrumentSelector(meterSchemaURL: "*"), true),
            (InstrumentSelector(meterSchemaURL: "https*"), false),
        ] as [(InstrumentSelector, Bool)]
    )
    func withoutVersion(selector: InstrumentSelector, selects: Bool) throws {
        let telemetry = try ManualTelemetry(views: [InstrumentView(selector, description: "selected")])
        telemetry.meter.gauge("g").record(1)
        #expect(telemetry.collect().map(\.description) == [selects ? "selected" : ""])
    }

    @Test("can be of every kind, the asynchronous ones too", .matrix(106), arguments: OTelInstrumentKind.allCases)
    func kinds(kind: OTelInstrumentKind) throws {
        let view = InstrumentView(InstrumentSelector(kind: kind), description: "selected")
        let telemetry = try ManualTelemetry(views: [view])
        telemetry.meter.useAllKinds()
        let metrics = telemetry.collect()
        #expect(metrics.count == OTelInstrumentKind.allCases.count)
        #expect(metrics.filter { $0.description == "selected" }.map(\.name) == ["\(kind)"])
    }

    @Test(
        "must be one at most where the view gives the stream a name",
        arguments: [
            (InstrumentSelector(), false),
            (InstrumentSelector(name: "*"), false),
            (InstrumentSelector(name: "c?"), false),
            (InstrumentSelector(kind: .counter, unit: "1", meterName: "m"), false),
            (InstrumentSelector(name: "c"), true),
            (InstrumentSelector(name: "c", meterName: "*"), true),
        ] as [(InstrumentSelector, Bool)]
    )
    func namedStream(selector: InstrumentSelector, isPossible: Bool) throws {
        let views = [InstrumentView(InstrumentSelector(), description: "d"), InstrumentView(selector, name: "renamed")]
        let error = Self.error { _ = try ManualTelemetry(views: views) }
        #expect(error?.setting == (isPossible ? nil : "views[1].name"))
        #expect(error?.value == (isPossible ? nil : "renamed"))
        // The same rule holds while the telemetry runs, and the views stay as they were.
        let telemetry = try ManualTelemetry(views: [InstrumentView(InstrumentSelector(), description: "first")])
        let later = Self.error { try telemetry.telemetry.configureViews(views) }
        #expect(later?.setting == error?.setting)
        telemetry.meter.gauge("g").record(1)
        #expect(telemetry.collect().map(\.description) == [isPossible ? "d" : "first"])
    }

    @Test(
        "are not reached by a view whose settings make no sense: telemetry does not start",
        arguments: [
            (InstrumentView(InstrumentSelector(), cardinalityLimit: 0), "views[0].cardinalityLimit"),
            (InstrumentView(InstrumentSelector(), cardinalityLimit: 1_000_001), "views[0].cardinalityLimit"),
            (
                InstrumentView(InstrumentSelector(), aggregation: .explicitBucketHistogram(boundaries: [2, 1])),
                "views[0].aggregation.boundaries"
            ),
            (
                InstrumentView(InstrumentSelector(), aggregation: .explicitBucketHistogram(boundaries: [.infinity])),
                "views[0].aggregation.boundaries"
            ),
            (
                InstrumentView(InstrumentSelector(), aggregation: .exponentialHistogram(maxSize: 1)),
                "views[0].aggregation.maxSize"
            ),
            (
                InstrumentView(InstrumentSelector(), aggregation: .exponentialHistogram(maxScale: 21)),
                "views[0].aggregation.maxScale"
            ),
        ] as [(InstrumentView, String)]
    )
    func nonsense(view: InstrumentView, setting: String) {
        #expect(Self.error { _ = try ManualTelemetry(views: [view]) }?.setting == setting)
    }

    private static func error(_ body: () throws -> Void) -> ConfigError? {
        do { try body() } catch { return error as? ConfigError }
        return nil
    }
}

private let exactSelector = InstrumentSelector(
    name: "http.Requests",
    kind: .counter,
    unit: "{request}",
    meterName: "Shop.web",
    meterVersion: "1.2.3",
    meterSchemaURL: "https://example.com/1.40.0"
)

extension InstrumentSelector {
    fileprivate func with(_ change: (inout InstrumentSelector) -> Void) -> InstrumentSelector {
        var selector = self
        change(&selector)
        return selector
    }
}

extension OTelMeter {
    /// Makes one instrument of each kind, named after it, with one series.
    func useAllKinds() {
        self.counter("counter").add(1)
        self.upDownCounter("upDownCounter").add(1)
        self.histogram("histogram").record(1)
        self.gauge("gauge").record(1)
        self.observableCounter("observableCounter") { $0.observe(1) }
        self.observableUpDownCounter("observableUpDownCounter") { $0.observe(1) }
        self.observableGauge("observableGauge") { $0.observe(1) }
    }
}
