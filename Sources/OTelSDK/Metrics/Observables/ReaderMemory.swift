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
        /// When the instrument was.
        var created: UInt64
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
        /// Whether it has a point of its own.
        var hasPlace: Bool
    }

    private var series: [[UInt8]: Series] = [:]
    private var round = 0
    private(set) var hasOverflow = false
    /// Whether the totals that are observed first were reported already, by another stream: of these there are no
    /// differences yet, and they began with their instrument.
    private var hasPast: Bool

    init(hasPast: Bool = false) {
        self.hasPast = hasPast
    }

    /// The points of one collection; beyond the limit, sets that came later share one.
    mutating func points(of observed: [ObservedSet.Series], _ round: Round) -> [Point] {
        self.round &+= 1
        let observed = self.inOrderOfPlaces(observed, round.limit)
        var points = observed.prefix(round.limit).map { series in
            var point = self.point(series.attributes, self.value(of: series, round), round)
            point.exemplars = series.exemplars
            self.remember(series, start: point.start, hasPlace: true)
            return point
        }
        let rest = observed.dropFirst(round.limit)
        if !rest.isEmpty { points.append(self.sharedPoint(of: rest, round)) }
        self.forget(max(round.limit, observed.count))
        guard self.hasPast, !points.isEmpty else { return points }
        self.hasPast = false
        return round.reportsDifferences ? [] : points
    }

    /// Those that had a point of their own before new ones: none changes between that and the shared one.
    private func inOrderOfPlaces(_ observed: [ObservedSet.Series], _ limit: Int) -> [ObservedSet.Series] {
        guard observed.count > limit else { return observed }
        let hasPlace = { (series: ObservedSet.Series) in self.series[series.attributes]?.hasPlace == true }
        return observed.filter(hasPlace) + observed.filter { !hasPlace($0) }
    }

    private static let overflow = CardinalityLimit.overflowAttributes.canonicalBytes(NumberPoint.attributesTag)

    private mutating func sharedPoint(of rest: ArraySlice<ObservedSet.Series>, _ round: Round) -> Point {
        self.hasOverflow = true
        var values = rest.map { self.value(of: $0, round) }[...]
        let first = values.popFirst() ?? 0
        var point = self.point(Self.overflow, values.reduce(first, round.arithmetic.combine), round)
        point.exemplars = rest.last?.exemplars ?? []
        self.remember(ObservedSet.Series(attributes: Self.overflow, bits: 0), start: point.start, hasPlace: true)
        if round.reportsDifferences {
            // What a set adds to the shared point is known by its own total, whichever other sets come and go.
            for series in rest { self.remember(series, start: round.start, hasPlace: false) }
        }
        return point
    }

    private func value(of series: ObservedSet.Series, _ round: Round) -> UInt64 {
        guard round.reportsDifferences else { return series.bits }
        return round.arithmetic.difference(series.bits, self.series[series.attributes]?.total)
    }

    private func point(_ attributes: [UInt8], _ value: UInt64, _ round: Round) -> Point {
        let first = self.hasPast ? round.created : round.start
        let start = round.temporality == .delta ? round.start : self.series[attributes]?.start ?? first
        return Point(attributes: attributes, start: start, bits: value)
    }

    private mutating func remember(_ series: ObservedSet.Series, start: UInt64, hasPlace: Bool) {
        self.series[series.attributes] = Series(
            start: start,
            total: series.bits,
            round: self.round,
            hasPlace: hasPlace
        )
    }

    /// A set that disappears is remembered, since it may come back with its old total, as long as there is room.
    private mutating func forget(_ limit: Int) {
        guard self.series.count > max(limit, 16) * 2 else { return }
        self.series = self.series.filter { $0.value.round == self.round }
    }
}
