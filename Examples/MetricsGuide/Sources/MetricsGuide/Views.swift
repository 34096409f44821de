import OTelAPI
import OTelSDK

/// Every setting of a view, each in one of its own.
let views = [
    // Fewer series: these attributes, or all but those.
    InstrumentView(InstrumentSelector(name: "shop.orders"), attributes: .keeping(["shop"])),
    InstrumentView(InstrumentSelector(meterName: "http*"), attributes: .excluding(["url.full", "user.id"])),
    // Another name and description.
    InstrumentView(
        InstrumentSelector(name: "shop.revenue", meterName: "shop"),
        name: "revenue",
        description: "Money that came in"
    ),
    // Other ranges: of your own, or such as follow the values.
    InstrumentView(
        InstrumentSelector(name: "shop.checkout.duration"),
        aggregation: .explicitBucketHistogram(boundaries: [0.01, 0.1, 1, 10], recordMinMax: false)
    ),
    InstrumentView(InstrumentSelector(kind: .histogram, unit: "By"), aggregation: .exponentialHistogram(maxSize: 80)),
    // Nothing at all.
    InstrumentView(InstrumentSelector(meterName: "noisy", meterVersion: "0.*"), aggregation: .drop),
    // Another bound on the number of series.
    InstrumentView(InstrumentSelector(name: "requests.by.customer"), cardinalityLimit: 10_000),
    // More examples.
    InstrumentView(InstrumentSelector(name: "shop.orders.open"), exemplarReservoir: .simpleFixedSize(8)),
]

/// One stream for operators, one for the people who do the books.
let twoStreams = [
    InstrumentView(InstrumentSelector(name: "shop.orders"), attributes: .keeping(["shop"])),
    InstrumentView(InstrumentSelector(name: "shop.orders"), name: "shop.orders.total", attributes: .keeping([])),
]

/// A rule for all, and an exception that adds to it.
func composed(_ sinks: [any Sink]) -> Config {
    Config(
        serviceName: "shop",
        sinks: sinks,
        views: [
            InstrumentView(InstrumentSelector(kind: .histogram), aggregation: .exponentialHistogram),
            InstrumentView(InstrumentSelector(), attributes: .excluding(["user.id"])),
            InstrumentView(InstrumentSelector(name: "shop.checkout.duration"), description: "Time to check out"),
        ],
        viewMatchingMode: .composable
    )
}

func whileRunning(_ telemetry: Telemetry) throws {
    telemetry.configureMeters(.disabling("noisy", "grpc.*"))
    try telemetry.configureViews([
        InstrumentView(InstrumentSelector(name: "shop.orders"), attributes: .keeping(["shop", "tier"]))
    ])
}
