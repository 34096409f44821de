import OTLPProto
import OTelAPI

/// What one reader remembers of an asynchronous instrument between collections.
struct ReaderMemory {
    struct Point {
        var attributes: [UInt8]
        var start: UInt64
        var bits: UInt64
        var exemplars: [ExemplarPoint] = []
    }

    /// What a collection goes by.
    struct Round {
        var limit: Int
        /// When the reader collected last, or when the instrument was created.
        var start: UInt64
        var temporality: AggregationTemporality
        var arithmetic: ObservedArithmetic

        var reportsDifferences: Bool { self.temporality == .delta && self.arithmetic.isSummed }
    }

    private struct Series {
        var start: UInt64
        var total: UInt64
        var round: Int
    }

    private var series: [[UInt8]: Series] = [:]
    private var round = 0
    private(set) var hasOverflow = false
    /// Whether the totals that are observed first were reported already, by another stream: of these there are no
    /// differences yet.
    private var hasPast: Bool

    init(hasPast: Bool = false) {
        self.hasPast = hasPast
    }

    /// The points of one collection; beyond the limit, those observed later share one.
    mutating func points(of observed: [ObservedSet.Series], _ round: Round) -> [Point] {
        self.round &+= 1
        var points: [Point] = []
        points.reserveCapacity(observed.count)
        for series in observed.prefix(round.limit) {
            points.append(self.point(series.attributes, series.bits, round))
            points[points.count - 1].exemplars = series.exemplars
        }
        let rest = observed.dropFirst(round.limit)
        if let first = rest.first {
            self.hasOverflow = true
            let total = rest.dropFirst().reduce(first.bits) { round.arithmetic.combine($0, $1.bits) }
            points.append(self.point(Self.overflow, total, round))
            points[points.count - 1].exemplars = rest.last?.exemplars ?? []
        }
        self.forget(round.limit)
        guard self.hasPast, round.reportsDifferences, !points.isEmpty else { return points }
        self.hasPast = false
        return []
    }

    private static let overflow = CardinalityLimit.overflowAttributes.canonicalBytes(NumberPoint.attributesTag)

    private mutating func point(_ attributes: [UInt8], _ total: UInt64, _ round: Round) -> Point {
        let known = self.series[attributes]
        let start = known?.start ?? round.start
        self.series[attributes] = Series(start: start, total: total, round: self.round)
        guard round.temporality == .delta else { return Point(attributes: attributes, start: start, bits: total) }
        let difference = round.arithmetic.difference(total, known?.total)
        return Point(attributes: attributes, start: round.start, bits: difference)
    }

    /// A set that disappears is remembered, since it may come back with its old total, as long as there is room.
    private mutating func forget(_ limit: Int) {
        guard self.series.count > max(limit, 16) * 2 else { return }
        self.series = self.series.filter { $0.value.round == self.round }
    }
}
