import OTLPProto
import OTelAPI

/// What a provider keeps for one reader.
package final class MetricReaderAccount: @unchecked Sendable {
    // Safety: `previousCollection` is touched only under the provider's collection lock.
    let index: Int
    let temporality: MetricTemporality
    let cardinalityLimit: Int
    /// When the reader collected last; 0 before its first collection.
    var previousCollection: UInt64 = 0

    init(index: Int, temporality: MetricTemporality, cardinalityLimit: Int) {
        self.index = index
        self.temporality = temporality
        self.cardinalityLimit = cardinalityLimit
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

    private(set) var readers: [Reader] = []
    private(set) var slotCount = 0
    /// The greatest of the readers' limits: how many series are kept.
    private(set) var cardinalityLimit = 0

    init(_ accounts: [MetricReaderAccount], _ kind: OTelInstrumentKind) {
        var cumulativeSlot: Int?
        for account in accounts {
            let temporality = account.temporality.temporality(of: kind)
            let slot = temporality == .cumulative ? cumulativeSlot ?? self.slotCount : self.slotCount
            if temporality == .cumulative { cumulativeSlot = slot }
            self.slotCount = max(self.slotCount, slot + 1)
            self.cardinalityLimit = max(self.cardinalityLimit, account.cardinalityLimit)
            self.readers.append(
                Reader(temporality: temporality, slot: slot, cardinalityLimit: account.cardinalityLimit)
            )
        }
    }

    /// The part of a reader; nil for one that was added after the stream was made.
    func reader(_ account: MetricReaderAccount) -> Reader? {
        account.index < self.readers.count ? self.readers[account.index] : nil
    }
}
