import OTLPProto
import OTelAPI

/// Turns what a collection holds into what a scrape shows, and remembers the totals of differences.
struct MetricConverter: Sendable {
    private var accumulator: DeltaAccumulator

    init(maxDeltaSeries: Int = DeltaAccumulator.maxSeries) {
        self.accumulator = DeltaAccumulator(maxSeries: maxDeltaSeries)
    }

    /// The metrics of a collection as totals; those that are added up here come last.
    mutating func convert(
        _ views: [MetricView],
        warn: (_ topic: String, _ message: String) -> Void
    ) -> [ScrapedMetric] {
        var metrics: [ScrapedMetric] = []
        for view in views {
            guard let data = MetricData(view), let type = data.points.familyType else {
                let name = view.name
                warn("Prometheus kind \(name)", "Prometheus: \(name) is left out: there is no such metric there")
                continue
            }
            let metric = ScrapedMetric(data, type, view.scope)
            if view.temporality != .delta {
                metrics.append(metric)
            } else if !self.accumulator.add(metric) {
                warn("Prometheus delta", "Prometheus: there is no room for further series that come as differences")
            }
        }
        return metrics + self.accumulator.metrics
    }
}

extension MetricPoints {
    /// What the points become; nil when there is nothing for them.
    fileprivate var familyType: FamilyType? {
        switch self {
        case .gauge, .sum(_, _, isMonotonic: false): .gauge
        case .sum(_, _, isMonotonic: true): .counter
        case .histogram, .exponentialHistogram(_, .cumulative): .histogram
        // Their ranges would have to be brought to one scale first: the specification drops them.
        case .exponentialHistogram: nil
        case .summary: .summary
        }
    }
}

extension ScrapedMetric {
    fileprivate init(_ data: MetricData, _ type: FamilyType, _ scope: OTelScope) {
        self.init(
            name: data.name,
            description: data.description,
            unit: data.unit,
            type: type,
            scope: scope,
            points: ScrapedPoint.all(data.points)
        )
    }
}

extension ScrapedPoint {
    fileprivate static func all(_ points: MetricPoints) -> [ScrapedPoint] {
        switch points {
        case .gauge(let points), .sum(let points, _, _):
            Self.recorded(points) { Self($0, .number($0.value), $0.exemplars) }
        case .histogram(let points, _):
            Self.recorded(points) { Self($0, .histogram(ScrapedHistogram($0)), $0.exemplars) }
        case .exponentialHistogram(let points, _):
            Self.recorded(points) { Self($0, .histogram(ScrapedHistogram($0)), $0.exemplars) }
        case .summary(let points):
            Self.recorded(points) { Self($0, .summary($0), []) }
        }
    }

    /// A series without a value at the moment is not there.
    private static func recorded<Point: MetricDataPoint>(
        _ points: [Point],
        _ convert: (Point) -> ScrapedPoint
    ) -> [ScrapedPoint] {
        points.filter(\.hasRecordedValue).map(convert)
    }

    private init(_ point: some MetricDataPoint, _ value: ScrapedValue, _ exemplars: [MetricView.Exemplar]) {
        self.init(
            attributes: point.attributes,
            start: point.startTime,
            end: point.time,
            value: value,
            exemplars: exemplars
        )
    }
}
