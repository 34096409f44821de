import COTelRuntime
import OTLPProto
import OTelAPI

/// What all streams have: whose instrument they come from, how they look on the wire, and for which readers.
struct StreamInfo: Sendable {
    let instrument: OTelInstrumentDescriptor
    let meterName: String
    /// The number of the scope in the provider's table.
    let scope: UInt32
    let plan: ReaderPlan
    let createdAt: UInt64
    private let deltaHead: MetricHead
    private let cumulativeHead: MetricHead

    init(_ instrument: OTelInstrumentDescriptor, meterName: String, scope: UInt32, plan: ReaderPlan) {
        self.instrument = instrument
        self.meterName = meterName
        self.scope = scope
        self.plan = plan
        self.createdAt = cotel_realtime_ns()
        self.deltaHead = Self.head(instrument, .delta)
        self.cumulativeHead = Self.head(instrument, .cumulative)
    }

    func head(_ temporality: AggregationTemporality) -> MetricHead {
        temporality == .delta ? self.deltaHead : self.cumulativeHead
    }

    /// Whether values are summed and only grow.
    var isMonotonic: Bool { self.instrument.kind == .counter || self.instrument.kind == .observableCounter }

    /// For messages: `"orders" of meter "shop"`.
    var label: String { "\"\(self.instrument.name)\" of meter \"\(self.meterName)\"" }

    /// The beginning of what a reader's next delta points cover, and of series it sees for the first time in callbacks.
    func intervalStart(_ reader: MetricReaderAccount) -> UInt64 {
        max(reader.previousCollection, self.createdAt)
    }

    private static func head(_ instrument: OTelInstrumentDescriptor, _ temporality: AggregationTemporality)
        -> MetricHead
    {
        let shape: MetricShape =
            switch instrument.kind {
            case .counter, .observableCounter: .sum(temporality, isMonotonic: true)
            case .upDownCounter, .observableUpDownCounter: .sum(temporality, isMonotonic: false)
            case .histogram: .histogram(temporality)
            case .gauge, .observableGauge: .gauge
            }
        return MetricHead(
            name: instrument.name,
            description: instrument.description,
            unit: instrument.unit,
            shape: shape
        )
    }
}
