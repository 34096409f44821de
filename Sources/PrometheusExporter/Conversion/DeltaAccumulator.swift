import OTLPProto
import OTelAPI

/// Adds up differences to totals, as a scraper wants them
/// (`specification/metrics/data-model.md`, "Sums: Delta-to-Cumulative").
///
/// Keeps each series for good, up to a bound for all together; further ones are dropped and reported.
struct DeltaAccumulator: Sendable {
    static let maxSeries = 10_000

    private struct Identity: Hashable {
        var name: String
        var unit: String
        var type: FamilyType
        var scope: OTelScope
    }

    private struct Entry {
        var metric: ScrapedMetric
        /// Where the series of these attributes is among the points.
        var positions: [OTelAttributes: Int] = [:]

        mutating func append(_ difference: ScrapedPoint) {
            self.positions[difference.attributes] = self.metric.points.count
            self.metric.points.append(difference)
        }

        /// Adds what follows on the total; what is older is known already, and a gap starts anew.
        mutating func update(_ series: Int, with difference: ScrapedPoint) {
            guard difference.end > self.metric.points[series].end else { return }
            let follows = difference.start.map { $0 == self.metric.points[series].end } ?? true
            let sum = follows ? self.metric.points[series].value.adding(difference.value) : nil
            self.metric.points[series].value = sum ?? difference.value
            self.metric.points[series].exemplars = difference.exemplars
            self.metric.points[series].end = difference.end
        }
    }

    private let maxSeries: Int
    private var entries: [Entry] = []
    private var positions: [Identity: Int] = [:]
    private var seriesCount = 0

    init(maxSeries: Int = DeltaAccumulator.maxSeries) {
        self.maxSeries = maxSeries
    }

    /// The totals of everything that was ever added, in the order in which it first came.
    var metrics: [ScrapedMetric] { self.entries.map(\.metric) }

    /// Adds the points of a metric; false when some found no room.
    mutating func add(_ metric: ScrapedMetric) -> Bool {
        let identity = Identity(name: metric.name, unit: metric.unit, type: metric.type, scope: metric.scope)
        let position = self.positions[identity] ?? self.entries.count
        if position == self.entries.count {
            self.positions[identity] = position
            self.entries.append(Entry(metric: metric))
            self.entries[position].metric.points = []
        }
        self.entries[position].metric.description = metric.description
        var hasRoom = true
        for difference in metric.points {
            if let series = self.entries[position].positions[difference.attributes] {
                self.entries[position].update(series, with: difference)
            } else if self.seriesCount < self.maxSeries {
                self.seriesCount += 1
                self.entries[position].append(difference)
            } else {
                hasRoom = false
            }
        }
        return hasRoom
    }
}

extension ScrapedValue {
    /// The sum; nil when the two don't have the same type or ranges.
    fileprivate func adding(_ other: ScrapedValue) -> ScrapedValue? {
        switch (self, other) {
        case (.number(.int(let left)), .number(.int(let right))):
            let (sum, overflow) = left.addingReportingOverflow(right)
            return overflow ? nil : .number(.int(sum))
        case (.number(.double(let left)), .number(.double(let right))):
            return .number(.double(left + right))
        case (.histogram(let left), .histogram(let right)):
            guard left.bounds == right.bounds, left.counts.count == right.counts.count else { return nil }
            var total = left
            total.count &+= right.count
            total.sum = left.sum.flatMap { sum in right.sum.map { sum + $0 } }
            total.counts = zip(left.counts, right.counts).map { $0 &+ $1 }
            return .histogram(total)
        case (.number, _), (.histogram, _), (.summary, _): return nil
        }
    }
}
