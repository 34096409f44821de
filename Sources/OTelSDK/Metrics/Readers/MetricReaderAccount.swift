import OTLPProto
package import OTelAPI

/// What a reader wants.
package struct MetricReaderOptions: Sendable {
    package var temporality = MetricTemporality.cumulative
    /// For kinds that are not named: what the kind calls for.
    package var aggregations: [OTelInstrumentKind: MetricAggregation] = [:]
    package var cardinalityLimit = 2000
    /// For kinds that are not named: `cardinalityLimit`.
    package var cardinalityLimits: [OTelInstrumentKind: Int] = [:]
    package var filter: (any MetricFilter)?
    package var producers: [any MetricProducer] = []

    package init() {}

    /// Throws on what can't be used; `name` is what the settings belong to.
    package func check(_ name: String) throws(ConfigError) {
        try CardinalityLimit.check(self.cardinalityLimit, "\(name).cardinalityLimit")
        for (kind, limit) in self.cardinalityLimits {
            try CardinalityLimit.check(limit, "\(name).cardinalityLimits[.\(kind)]")
        }
        for (kind, aggregation) in self.aggregations {
            try aggregation.check("\(name).aggregations[.\(kind)]")
            guard aggregation.isPossible(for: kind) else {
                throw ConfigError(
                    setting: "\(name).aggregations[.\(kind)]",
                    value: "\(aggregation)",
                    expected: "an aggregation that asynchronous instruments can have"
                )
            }
        }
    }
}

/// What a provider keeps for one reader.
package final class MetricReaderAccount: @unchecked Sendable {
    // Safety: `previousCollection` is touched only under the provider's collection lock, `callbacks` has its own.
    let index: Int
    let options: MetricReaderOptions
    /// When the reader collected last; 0 before its first collection.
    var previousCollection: UInt64 = 0
    /// Runs what the applications observe.
    let callbacks = CallbackRunner()

    init(index: Int, options: MetricReaderOptions) {
        self.index = index
        self.options = options
    }

    func cardinalityLimit(of kind: OTelInstrumentKind) -> Int {
        self.options.cardinalityLimits[kind] ?? self.options.cardinalityLimit
    }
}

/// How the readers share what one stream keeps: all cumulative ones look at the same totals, each delta one has
/// differences of its own.
struct ReaderPlan: Sendable {
    struct Reader: Sendable {
        var temporality: AggregationTemporality
        var slot: Int
        var cardinalityLimit: Int
    }

    /// By the index of the reader; nil for those that don't get the stream.
    private(set) var readers: [Reader?] = []
    private(set) var slotCount = 0
    /// The greatest of the readers' limits: how many series are kept.
    private(set) var cardinalityLimit = 0

    /// - Parameters:
    ///   - accounts: all readers of the provider.
    ///   - configuration: the stream.
    init(_ accounts: [MetricReaderAccount], _ configuration: StreamConfiguration) {
        var cumulativeSlot: Int?
        for account in accounts {
            guard configuration.readers.contains(account.index) else {
                self.readers.append(nil)
                continue
            }
            let temporality = account.options.temporality.temporality(of: configuration.kind)
            let slot = temporality == .cumulative ? cumulativeSlot ?? self.slotCount : self.slotCount
            if temporality == .cumulative { cumulativeSlot = slot }
            self.slotCount = max(self.slotCount, slot + 1)
            let limit = configuration.cardinalityLimit ?? account.cardinalityLimit(of: configuration.kind)
            self.cardinalityLimit = max(self.cardinalityLimit, limit)
            self.readers.append(Reader(temporality: temporality, slot: slot, cardinalityLimit: limit))
        }
    }

    /// The part of a reader; nil for one that doesn't get the stream, or was added after the stream was made.
    func reader(_ account: MetricReaderAccount) -> Reader? {
        account.index < self.readers.count ? self.readers[account.index] : nil
    }
}
