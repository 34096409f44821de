import COTelRuntime
import OTLPProto
import OTelAPI

/// What all streams have: whose instrument they come from, how they look on the wire, and for which readers.
struct StreamInfo: Sendable {
    let instrument: OTelInstrumentDescriptor
    let configuration: StreamConfiguration
    let meter: OTelScope
    /// The number of the scope in the provider's table.
    let scope: UInt32
    let plan: ReaderPlan
    let exemplars: ExemplarPlan
    let createdAt: UInt64
    private let deltaHead: MetricHead
    private let cumulativeHead: MetricHead

    init(
        _ instrument: OTelInstrumentDescriptor,
        _ configuration: StreamConfiguration,
        meter: OTelScope,
        scope: UInt32,
        plan: ReaderPlan,
        exemplarFilter: ExemplarFilter,
        createdAt: UInt64 = cotel_realtime_ns()
    ) {
        self.instrument = instrument
        self.configuration = configuration
        self.meter = meter
        self.scope = scope
        self.plan = plan
        self.exemplars = ExemplarPlan(
            exemplarFilter,
            configuration.exemplarReservoir,
            configuration.aggregation
        )
        self.createdAt = createdAt
        self.deltaHead = configuration.head(.delta)
        self.cumulativeHead = configuration.head(.cumulative)
    }

    func head(_ temporality: AggregationTemporality) -> MetricHead {
        temporality == .delta ? self.deltaHead : self.cumulativeHead
    }

    var aggregation: StreamAggregation { self.configuration.aggregation }

    /// Whether values are summed and only grow.
    var isMonotonic: Bool { self.aggregation == .sum(isMonotonic: true) }

    /// For messages: `"orders" of meter "shop"`.
    var label: String { "\"\(self.configuration.name)\" of meter \"\(self.meter.name)\"" }

    /// The attributes that the points don't have, as an exemplar has them.
    func left(of attributes: OTelAttributes) -> [UInt8] {
        let filter = self.configuration.attributes
        guard !filter.keepsAll else { return [] }
        return filter.left(of: attributes).canonicalBytes(ExemplarPoint.attributesTag)
    }

    /// The beginning of what a reader's next delta points cover, and of series it sees for the first time in callbacks.
    func intervalStart(_ reader: MetricReaderAccount) -> UInt64 {
        max(reader.previousCollection, self.createdAt)
    }
}

/// What tells the streams of one meter apart: instruments that agree in all of it record to one stream.
struct StreamConfiguration: Sendable, Hashable {
    var name: String
    var description: String
    var unit: String
    var kind: OTelInstrumentKind
    var isInteger: Bool
    var aggregation: StreamAggregation
    var attributes: AttributeKeyFilter
    var exemplarReservoir: ExemplarReservoirFactory?
    var cardinalityLimit: Int?
    /// The readers that get it, by their index.
    var readers: [Int]

    func head(_ temporality: AggregationTemporality) -> MetricHead {
        MetricHead(
            name: self.name,
            description: self.description,
            unit: self.unit,
            shape: self.aggregation.shape(temporality)
        )
    }
}

extension StreamConfiguration {
    /// What the settings of a view, the instrument's advice and the readers come to.
    static func all(
        _ settings: ViewTable.Settings,
        _ instrument: OTelInstrumentDescriptor,
        _ readers: [MetricReaderAccount]
    ) -> [StreamConfiguration] {
        var configurations: [StreamConfiguration] = []
        for reader in readers {
            guard let aggregation = self.aggregation(settings, instrument, reader.options) else { continue }
            if let known = configurations.firstIndex(where: { $0.aggregation == aggregation }) {
                configurations[known].readers.append(reader.index)
            } else {
                configurations.append(
                    StreamConfiguration(settings, instrument, aggregation, readers: [reader.index])
                )
            }
        }
        return configurations
    }

    private static func aggregation(
        _ settings: ViewTable.Settings,
        _ instrument: OTelInstrumentDescriptor,
        _ options: MetricReaderOptions
    ) -> StreamAggregation? {
        if let asked = settings.aggregation, asked != .default {
            return StreamAggregation(asked, instrument, followsAdvice: false)
        }
        return StreamAggregation(
            options.aggregations[instrument.kind] ?? .default,
            instrument,
            followsAdvice: true
        )
    }

    private init(
        _ settings: ViewTable.Settings,
        _ instrument: OTelInstrumentDescriptor,
        _ aggregation: StreamAggregation,
        readers: [Int]
    ) {
        self.init(
            name: settings.name ?? instrument.name,
            description: settings.description ?? instrument.description,
            unit: instrument.unit,
            kind: instrument.kind,
            isInteger: instrument.isInteger,
            aggregation: aggregation,
            attributes: settings.attributes ?? instrument.attributeKeys.map { .keeping($0) } ?? .keepingAll,
            exemplarReservoir: settings.exemplarReservoir,
            cardinalityLimit: settings.cardinalityLimit,
            readers: readers
        )
    }
}
