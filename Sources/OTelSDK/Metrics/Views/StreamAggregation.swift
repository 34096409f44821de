import OTLPProto
import OTelAPI

/// What a stream does in the end: an aggregation with everything decided.
enum StreamAggregation: Sendable, Hashable {
    case sum(isMonotonic: Bool)
    case lastValue
    case histogram(boundaries: [Double], HistogramParts)
    case exponentialHistogram(maxSize: Int, maxScale: Int, HistogramParts)

    /// What a histogram tells beside its counts.
    struct HistogramParts: Sendable, Hashable {
        var hasMinMax: Bool
        /// Where values may be negative, a sum says nothing.
        var hasSum: Bool
    }

    static let defaultBoundaries: [Double] = [
        0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000,
    ]

    /// Decides what is left open; nil where nothing is kept.
    ///
    /// `followsAdvice` says whether the instrument's boundaries stand in for missing ones.
    init?(_ aggregation: MetricAggregation, _ instrument: OTelInstrumentDescriptor, followsAdvice: Bool) {
        let kind = instrument.kind
        let advice = followsAdvice ? instrument.boundaries : nil
        let hasSum = kind == .counter || kind == .histogram
        switch aggregation.kind {
        case .drop: return nil
        case .default:
            self.init(kind, boundaries: instrument.boundaries)
        case .sum: self = .sum(isMonotonic: Self.isMonotonic(kind))
        case .lastValue: self = .lastValue
        case .explicitBucketHistogram(let boundaries, let recordsMinMax):
            self = .histogram(
                boundaries: boundaries ?? advice ?? Self.defaultBoundaries,
                HistogramParts(hasMinMax: recordsMinMax, hasSum: hasSum)
            )
        case .exponentialHistogram(let maxSize, let maxScale, let recordsMinMax):
            self = .exponentialHistogram(
                maxSize: maxSize,
                maxScale: maxScale,
                HistogramParts(hasMinMax: recordsMinMax, hasSum: hasSum)
            )
        }
    }

    /// What the kind of instrument calls for.
    private init(_ kind: OTelInstrumentKind, boundaries: [Double]?) {
        switch kind {
        case .counter, .upDownCounter, .observableCounter, .observableUpDownCounter:
            self = .sum(isMonotonic: Self.isMonotonic(kind))
        case .gauge, .observableGauge: self = .lastValue
        case .histogram:
            self = .histogram(
                boundaries: boundaries ?? Self.defaultBoundaries,
                HistogramParts(hasMinMax: true, hasSum: true)
            )
        }
    }

    private static func isMonotonic(_ kind: OTelInstrumentKind) -> Bool {
        switch kind {
        case .counter, .observableCounter, .histogram: true
        case .upDownCounter, .observableUpDownCounter, .gauge, .observableGauge: false
        }
    }

    /// The form of its points.
    func shape(_ temporality: AggregationTemporality) -> MetricShape {
        switch self {
        case .sum(let isMonotonic): .sum(temporality, isMonotonic: isMonotonic)
        case .lastValue: .gauge
        case .histogram: .histogram(temporality)
        case .exponentialHistogram: .exponentialHistogram(temporality)
        }
    }

    /// The kind of metric that filters are asked about.
    var metricKind: MetricView.Kind {
        switch self {
        case .sum: .sum
        case .lastValue: .gauge
        case .histogram: .histogram
        case .exponentialHistogram: .exponentialHistogram
        }
    }
}
